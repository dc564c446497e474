package io.countersign.proxy.config;

import io.countersign.proxy.aws.AwsEndpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the AWS host that was probably meant: to set service and region for {@code ...amazonaws.con}, as for any name that
 * says nothing of them, would only hide the slip.
 */
public final class MisspeltHost {
    private static final Pattern REGION_WITHOUT_HYPHEN = Pattern.compile("([a-z]{2,4}(?:-[a-z]+){1,2})(\\d{1,2})");

    private MisspeltHost() {}

    /** Empty for an AWS host that is known, and for any that is not close to one. */
    public static Optional<String> meant(String host) {
        String written = host.toLowerCase(Locale.ROOT);
        if (isKnown(written)) {
            return Optional.empty();
        }
        return Stream.concat(Stream.of(written), otherSuffixes(written))
                .flatMap(each -> Stream.concat(Stream.of(each), otherLabels(each)))
                .filter(MisspeltHost::isKnown)
                .findFirst();
    }

    private static boolean isKnown(String host) {
        return AwsEndpoint.of(host).isPresent()
                || AwsEndpoint.multiRegion(host).isPresent()
                || AwsEndpoint.signedOtherwise(host).isPresent();
    }

    /** With each suffix of AWS that the host's own end is close to. */
    private static Stream<String> otherSuffixes(String host) {
        String[] labels = host.split("\\.", -1);
        List<String> corrected = new ArrayList<>();
        for (String suffix : AwsEndpoint.suffixes()) {
            int usual = suffix.split("\\.", -1).length;
            for (int count = Math.max(1, usual - 1); count <= usual + 1 && count < labels.length; count++) {
                String end = String.join(".", Arrays.copyOfRange(labels, labels.length - count, labels.length));
                if (!end.equals(suffix) && (NearestKey.distance(end, suffix) <= 2 || suffix.startsWith(end + "."))) {
                    corrected.add(host.substring(0, host.length() - end.length()) + suffix);
                }
            }
        }
        return corrected.stream();
    }

    /** With one label replaced by the one of AWS that it is close to. */
    private static Stream<String> otherLabels(String host) {
        List<String> labels = List.of(host.split("\\."));
        List<String> corrected = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            // Short names are close to each other: ecs is not a misspelt es.
            int most = label.length() < 4 ? 0 : label.length() < 8 ? 1 : 2;
            Optional<String> service = NearestKey.within(most, label, AwsEndpoint.labels());
            Optional<String> region = Optional.of(REGION_WITHOUT_HYPHEN.matcher(label))
                    .filter(matcher -> matcher.matches())
                    .map(matcher -> matcher.group(1) + "-" + matcher.group(2));
            for (String other : Stream.concat(service.stream(), region.stream()).toList()) {
                List<String> all = new ArrayList<>(labels);
                all.set(i, other);
                corrected.add(String.join(".", all));
            }
        }
        return corrected.stream();
    }
}
