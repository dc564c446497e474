package io.countersign.proxy.aws;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One form of host name, written as a template: {@code *} is one label, {@code **} as the first one or more of them, and a
 * literal label may end in {@code -fips}. {@code {aws}}, {@code {dual}} and {@code {on}} stand for the suffixes of all
 * partitions.
 *
 * <p>Compared label by label: there are hundreds of shapes, and an expression for each would be compiled at every start.
 *
 * @param labels those before the suffix
 */
record HostShape(String template, String suffix, List<String> labels) {
    private static final String ANY = "*";
    private static final String ANY_NUMBER = "**";
    private static final String REGION = "{region}";
    private static final String FIPS = "-fips";
    private static final Set<String> WITHOUT_FIPS = Set.of("vpce", "dualstack", "queue");

    HostShape {
        labels = List.copyOf(labels);
    }

    static HostShape of(String template) {
        List<String> all = List.of(template.split("\\.", -1));
        return new HostShape(template, all.get(all.size() - 1), all.subList(0, all.size() - 1));
    }

    /** The region of a host of this shape; empty for any other. A host without a region is the global one. */
    Optional<String> region(HostName host) {
        boolean open = labels.get(0).equals(ANY_NUMBER);
        int missing = host.labels().size() - labels.size();
        if (!suffix.equals(host.suffix()) || missing < 0 || (missing > 0 && !open)) {
            return Optional.empty();
        }
        String region = Regions.GLOBAL;
        for (int i = labels.size() - 1; i >= (open ? 1 : 0); i--) {
            String label = labels.get(i);
            String actual = host.labels().get(i + missing);
            if (!label.endsWith(REGION)) {
                if (!matches(label, actual)) {
                    return Optional.empty();
                }
                continue;
            }
            int before = label.length() - REGION.length();
            if (!actual.startsWith(label.substring(0, before)) || !Regions.looksLikeOne(actual.substring(before))) {
                return Optional.empty();
            }
            region = actual.substring(before);
        }
        return Optional.of(region);
    }

    private static boolean matches(String label, String actual) {
        if (label.equals(ANY)) {
            return true;
        }
        if (label.endsWith(ANY)) {
            return actual.length() >= label.length() && actual.startsWith(label.substring(0, label.length() - 1));
        }
        return actual.equals(label)
                || (actual.length() == label.length() + FIPS.length()
                        && actual.startsWith(label)
                        && actual.endsWith(FIPS)
                        && !WITHOUT_FIPS.contains(label));
    }

    /** The host of a region, where the region is all that differs; empty where a host names an API, an account or the like. */
    Optional<String> regional(String region) {
        boolean plain =
                suffix.equals("{aws}") && labels.size() == 2 && labels.get(1).equals(REGION);
        return !plain || labels.get(0).contains(ANY) || labels.get(0).contains(REGION)
                ? Optional.empty()
                : Optional.of(labels.get(0) + "." + region + "." + Regions.suffix(region));
    }

    /** What stands in a host for the asterisks with which this shape begins; empty where it has none, or for any other host. */
    Optional<String> name(HostName host) {
        String first = labels.get(0);
        if (!(first.equals(ANY) || first.equals(ANY_NUMBER)) || !matches(host)) {
            return Optional.empty();
        }
        int named = host.labels().size() - labels.size() + 1;
        return Optional.of(String.join(".", host.labels().subList(0, named)));
    }

    boolean matches(HostName host) {
        return region(host).isPresent();
    }

    /** The labels that are the same in every host of this shape, such as {@code execute-api}. */
    Stream<String> fixedLabels() {
        return labels.stream().filter(label -> label.indexOf('*') < 0 && label.indexOf('{') < 0);
    }
}
