package io.countersign.cli.sign;

import io.countersign.cli.check.AwsNames;
import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.config.MisspeltHost;
import io.countersign.proxy.signing.RegionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Region and service to sign for: as given, or as the host's name implies.
 *
 * @param region of the scope; with Signature Version 4A the set of regions
 * @param warnings of what is probably misspelt
 */
record Scope(String region, String service, List<String> warnings) {
    Scope {
        warnings = List.copyOf(warnings);
    }

    static Scope of(RequestDraft draft, SigningOptions options, Map<String, String> environment) throws InputFault {
        String host = withoutPort(draft.header("host").orElse(""));
        Optional<String> otherwise = AwsEndpoint.signedOtherwise(host);
        if (otherwise.isPresent()) {
            throw new InputFault(host + " " + otherwise.get());
        }
        Optional<AwsEndpoint> implied = AwsEndpoint.of(host);
        Optional<String> ofSeveral = AwsEndpoint.multiRegion(host);
        if (ofSeveral.isPresent() && !options.isAsymmetric()) {
            throw new InputFault(host + " stands for several regions, and so only takes Signature Version 4A: add"
                    + " --algorithm v4a");
        }
        String service = options.service
                .or(() -> implied.map(AwsEndpoint::service))
                .or(() -> ofSeveral)
                .orElseThrow(() -> new InputFault(
                        "which service? The host '" + host + "' does not show it: " + remedy(host, "--service")));
        Optional<String> given = options.isAsymmetric() ? regionSet(options) : region(options);
        String region = given.or(() -> implied.map(AwsEndpoint::region))
                .or(() -> ofSeveral.map(name -> "*"))
                .or(() -> Optional.ofNullable(environment.get("AWS_REGION")))
                .or(() -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")))
                .orElseThrow(() -> new InputFault("which region? The host '" + host + "' does not show it: "
                        + remedy(host, (options.isAsymmetric() ? "--region-set" : "--region") + " or AWS_REGION")));
        List<String> warnings = new ArrayList<>();
        MisspeltHost.meant(host)
                .ifPresent(meant -> warnings.add(host + " is not a host of AWS; did you mean " + meant + "?"));
        Stream<String> regions =
                options.isAsymmetric() ? RegionSet.parse(region).stream().flatMap(RegionSet::names) : Stream.of(region);
        regions.forEach(
                each -> AwsNames.regionWarning(each, implied.isPresent()).ifPresent(warnings::add));
        if (options.isAsymmetric()) {
            warnOfRegionLeftOut(region, implied, warnings);
        }
        AwsNames.serviceWarning(service).ifPresent(warnings::add);
        return new Scope(region, service, warnings);
    }

    private static Optional<String> region(SigningOptions options) throws InputFault {
        if (options.regionSet.isPresent()) {
            throw new InputFault("--region-set needs --algorithm v4a; with v4 there is one --region");
        }
        return options.region;
    }

    private static Optional<String> regionSet(SigningOptions options) throws InputFault {
        if (options.region.isPresent()) {
            throw new InputFault(
                    "--region is not in the scope of --algorithm v4a: write --region-set " + options.region.get());
        }
        if (options.regionSet.isEmpty()) {
            return Optional.empty();
        }
        String given = options.regionSet.get();
        return Optional.of(RegionSet.parse(given)
                .map(RegionSet::text)
                .orElseThrow(() -> new InputFault("--region-set '" + given
                        + "' is not a set of regions; write one such as us-east-1,eu-west-1, or * for all")));
    }

    private static void warnOfRegionLeftOut(String set, Optional<AwsEndpoint> host, List<String> warnings) {
        host.filter(to -> RegionSet.parse(set)
                        .filter(regions -> !regions.covers(to.region()))
                        .isPresent())
                .ifPresent(to -> warnings.add("\"" + set + "\" leaves out " + to.region()
                        + ", which the host's name says, so that the signature is not valid there"));
    }

    private static String remedy(String host, String options) {
        return MisspeltHost.meant(host)
                .map(meant -> "did you mean " + meant + "? Else set " + options)
                .orElse("set " + options);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
