package io.countersign.proxy.logging;

import java.time.LocalDate;

/** Writes moments as RFC 3339 in UTC, always with three decimals so that lines sort as text. */
public final class Timestamps {
    private static final long DAY_MILLIS = 86_400_000;

    private Timestamps() {}

    public static void append(StringBuilder out, long epochMillis) {
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochMillis, DAY_MILLIS));
        int millis = (int) Math.floorMod(epochMillis, DAY_MILLIS);
        digits(out, date.getYear(), 4);
        digits(out.append('-'), date.getMonthValue(), 2);
        digits(out.append('-'), date.getDayOfMonth(), 2);
        digits(out.append('T'), millis / 3_600_000, 2);
        digits(out.append(':'), millis / 60_000 % 60, 2);
        digits(out.append(':'), millis / 1000 % 60, 2);
        digits(out.append('.'), millis % 1000, 3);
        out.append('Z');
    }

    private static void digits(StringBuilder out, int value, int width) {
        int unit = 1;
        for (int i = 1; i < width; i++) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            out.append((char) ('0' + value / unit % 10));
        }
    }
}
