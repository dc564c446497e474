package io.countersign.proxy.net;

import io.countersign.proxy.secrets.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Names of hosts, written as one of them in which {@code *} stands for exactly one label: {@code dynamodb.*.amazonaws.com}.
 *
 * @param labels in lower case
 */
public record HostPattern(List<String> labels) {
    private static final String ANY = "*";

    /** More than any host of AWS has labels that differ. */
    private static final int MAX_ANY = 4;

    public HostPattern {
        labels = List.copyOf(labels);
    }

    /** @throws IllegalArgumentException with the reason */
    public static HostPattern parse(String text) {
        List<String> labels = List.of(text.split("\\.", -1));
        long any = labels.stream().filter(ANY::equals).count();
        if (any > MAX_ANY) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " has more than " + MAX_ANY + " asterisks; write the labels that are known");
        }
        if (labels.stream().anyMatch(label -> label.contains(ANY) && !label.equals(ANY))) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " has an asterisk within a label; * stands for one whole label");
        }
        // Checks the form of the labels that are written.
        Hosts.field(text.replace(ANY, "x"));
        return new HostPattern(List.of(text.toLowerCase(Locale.ROOT).split("\\.", -1)));
    }

    /** @param host in lower case, without port */
    public boolean matches(String host) {
        int at = 0;
        for (int i = 0; i < labels.size(); i++) {
            int end = host.indexOf('.', at);
            boolean last = i == labels.size() - 1;
            if (last != (end < 0)) {
                return false;
            }
            int to = last ? host.length() : end;
            String label = labels.get(i);
            boolean same = label.equals(ANY) ? to > at : label.length() == to - at && host.startsWith(label, at);
            if (!same) {
                return false;
            }
            at = to + 1;
        }
        return true;
    }

    /** Hosts that match, with each of these in the place of each asterisk, in every combination. */
    public List<String> with(List<String> choices) {
        List<String> made = List.of("");
        for (String label : labels) {
            List<String> longer = new ArrayList<>();
            for (String begun : made) {
                for (String choice : label.equals(ANY) ? choices : List.of(label)) {
                    longer.add(begun.isEmpty() ? choice : begun + "." + choice);
                }
            }
            made = longer;
        }
        return made;
    }

    /** Whether it is the name of one host. */
    public boolean isName() {
        return !labels.contains(ANY);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return String.join(".", labels);
    }
}
