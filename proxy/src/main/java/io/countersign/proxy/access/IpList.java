package io.countersign.proxy.access;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of addresses and ranges as read from text, one a line, with {@code #} comments.
 *
 * @param entries what could be read
 * @param faults what could not; with any, the list must not be used, since a list read in part is another list
 */
public record IpList(List<ListEntry> entries, List<Fault> faults) {

    /** @param where source and line */
    public record Fault(String where, String what) {}

    public IpList {
        entries = List.copyOf(entries);
        faults = List.copyOf(faults);
    }

    /**
     * Reads a list. A byte order mark and CRLF line ends are tolerated, as editors on Windows write them.
     *
     * @param source how the operator named the file
     */
    public static IpList parse(String source, String text) {
        List<ListEntry> entries = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        int number = 0;
        for (int at = 0; at < content.length(); ) {
            number++;
            int end = content.indexOf('\n', at);
            end = end < 0 ? content.length() : end;
            String line = entryOf(content.substring(at, end));
            at = end + 1;
            if (!line.isEmpty()) {
                add(line, source + ":" + number, entries, faults);
            }
        }
        return new IpList(entries, faults);
    }

    /** Reads one entry that stands somewhere else than in a list. */
    public static IpList of(String source, String entry) {
        List<ListEntry> entries = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        add(entry, source, entries, faults);
        return new IpList(entries, faults);
    }

    private static void add(String text, String where, List<ListEntry> entries, List<Fault> faults) {
        try {
            entries.add(new ListEntry(Cidr.parse(text), new Rule(where, text)));
        } catch (IllegalArgumentException e) {
            faults.add(new Fault(where, e.getMessage()));
        }
    }

    private static String entryOf(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
