package io.countersign.proxy.aws;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The name of a host of AWS, taken apart.
 *
 * @param suffix the placeholder that stands in templates for what the name ends with
 * @param labels those before the suffix; none is empty
 */
record HostName(String suffix, List<String> labels) {
    /** The suffixes of each partition: commercial, China, European sovereign, and the isolated ones. */
    static final Map<String, List<String>> SUFFIXES = Map.of(
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

    /**
     * Takes a name apart.
     *
     * @param host in lower case
     * @return empty for a name that is not below one of AWS's suffixes
     */
    static Optional<HostName> of(String host) {
        for (Map.Entry<String, List<String>> kind : SUFFIXES.entrySet()) {
            for (String suffix : kind.getValue()) {
                int end = host.length() - suffix.length() - 1;
                if (end > 0 && host.charAt(end) == '.' && host.endsWith(suffix)) {
                    List<String> labels = Arrays.asList(host.substring(0, end).split("\\.", -1));
                    return labels.contains("") ? Optional.empty() : Optional.of(new HostName(kind.getKey(), labels));
                }
            }
        }
        return Optional.empty();
    }
}
