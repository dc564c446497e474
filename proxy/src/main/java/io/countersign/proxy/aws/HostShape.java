package io.countersign.proxy.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One form of host name, written as a template: {@code *} is one label, {@code **} one or more, and a literal label may end
 * in {@code -fips}. {@code {aws}}, {@code {dual}} and {@code {on}} stand for the suffixes of all partitions.
 */
record HostShape(String template, Pattern pattern) {
    /** The suffixes of each partition: commercial, China, European sovereign, and the isolated ones. */
    private static final Map<String, List<String>> SUFFIXES = Map.of(
            "{aws}",
            List.of(
                    "amazonaws.com",
                    "amazonaws.com.cn",
                    "amazonaws.eu",
                    "c2s.ic.gov",
                    "sc2s.sgov.gov",
                    "cloud.adc-e.uk",
                    "csp.hci.ic.gov"),
            "{dual}",
            List.of("api.aws", "api.amazonwebservices.com.cn", "api.amazonwebservices.eu"),
            "{on}",
            List.of("on.aws", "on.amazonwebservices.com.cn", "on.amazonwebservices.eu"));

    static HostShape of(String template) {
        return new HostShape(template, pattern(template));
    }

    private static Pattern pattern(String template) {
        String suffix = template.substring(template.lastIndexOf('{'));
        String labels = template.substring(0, template.length() - suffix.length() - 1);
        return Pattern.compile(Stream.of(labels.split("\\."))
                        .map(label -> switch (label) {
                            case "*" -> "[^.]+";
                            case "**" -> "[^.]+(?:\\.[^.]+)*";
                            case "vpce", "dualstack", "queue" -> label;
                            default ->
                                label.replace("*", "[^.]+").replace("{region}", Regions.GROUP)
                                        + (label.contains("{region}") ? "" : "(?:-fips)?");
                        })
                        .collect(Collectors.joining("\\."))
                + "\\." + alternatives(SUFFIXES.get(suffix)));
    }

    private static String alternatives(List<String> suffixes) {
        return suffixes.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    }

    /** The region of a host of this shape; empty for any other. A host without a region is the global one. */
    Optional<String> region(String host) {
        Matcher matcher = pattern.matcher(host);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(template.contains("{region}") ? matcher.group("region") : Regions.GLOBAL);
    }

    boolean matches(String host) {
        return pattern.matcher(host).matches();
    }

    /** The labels that are the same in every host of this shape, such as {@code execute-api}. */
    Stream<String> fixedLabels() {
        return Stream.of(template.split("\\.")).filter(label -> label.indexOf('*') < 0 && label.indexOf('{') < 0);
    }

    /** What AWS hosts end in. */
    static List<String> suffixes() {
        return SUFFIXES.values().stream().flatMap(List::stream).sorted().toList();
    }
}
