package io.countersign.proxy.secrets;

/** How a message shows text that somebody else wrote. */
public final class Quoted {
    private static final int MAX = 120;

    private Quoted() {}

    /** In quotes as it was written, but never longer than a line, and without characters that a terminal would act on. */
    public static String of(String text) {
        String shown = text.length() > MAX ? text.substring(0, MAX) + "..." : text;
        return '"' + Printable.ACTS.matcher(shown).replaceAll("?") + '"';
    }
}
