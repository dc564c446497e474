package io.countersign.proxy.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells what to write in place of notations that other tools take for a set of addresses. */
final class OtherNotation {
    private static final Pattern SEVERAL = Pattern.compile("[0-9A-Fa-f.:/]+(?:\\s*[,;]\\s*|\\s+)[0-9A-Fa-f.:/]+.*");
    private static final Pattern RANGE = Pattern.compile("([0-9A-Fa-f.:]+)\\s*-\\s*([0-9A-Fa-f.:]+)");
    private static final Pattern WILDCARD =
            Pattern.compile("(?:(?:\\d{1,3}|\\*)\\.){3}\\*|\\d{1,3}\\.[0-9.*]*\\*[0-9.*]*");
    /** As many networks as a message shows. */
    private static final int MAX_NETWORKS = 8;

    private OtherNotation() {}

    /** The rest of a sentence about {@code text}; empty where it is none of these. */
    static Optional<String> of(String text) {
        // Nearly every entry of a list of a million is none: look for the characters before any pattern runs.
        if (!hasSeparator(text)) {
            return Optional.empty();
        }
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            return Optional.of("is a range; write it as networks" + networks(range.group(1), range.group(2)));
        }
        if (SEVERAL.matcher(text).matches()) {
            return Optional.of("holds several entries; write each by itself: in a file one a line, here as elements");
        }
        return WILDCARD.matcher(text).matches()
                ? Optional.of("has a wildcard; write it as a network" + network(text))
                : Optional.empty();
    }

    private static boolean hasSeparator(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' || c == ';' || c == '-' || c == '*' || c == ' ' || c == '\t') {
                return true;
            }
        }
        return false;
    }

    private static String network(String text) {
        String fixed = text.replaceFirst("(?:\\.\\*)+$", "");
        int octets = fixed.split("\\.", -1).length;
        return fixed.indexOf('*') >= 0 || octets > 3
                ? ", such as 10.0.0.0/24"
                : ": " + fixed + ".0".repeat(4 - octets) + "/" + 8 * octets;
    }

    private static String networks(String from, String to) {
        try {
            IpAddress first = IpAddress.parse(from);
            IpAddress last = IpAddress.parse(to);
            if (!first.v4() || !last.v4() || first.low() > last.low()) {
                return ", such as 10.0.0.0/24";
            }
            List<String> networks = new ArrayList<>();
            long at = first.low();
            while (at <= last.low()) {
                if (networks.size() == MAX_NETWORKS) {
                    networks.add("...");
                    break;
                }
                int bits = at == 0 ? 32 : Math.min(32, Long.numberOfTrailingZeros(at));
                while (at + (1L << bits) - 1 > last.low()) {
                    bits--;
                }
                networks.add(new Cidr(new IpAddress(true, 0, at), 32 - bits).toString());
                at += 1L << bits;
            }
            return ": " + String.join(", ", networks);
        } catch (IllegalArgumentException e) {
            return ", such as 10.0.0.0/24";
        }
    }
}
