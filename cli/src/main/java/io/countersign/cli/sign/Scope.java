package io.countersign.cli.sign;

import io.countersign.cli.check.AwsNames;
import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.config.MisspeltHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Region and service to sign for: as given, or as the host's name implies.
 *
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
        String service = options.service
                .or(() -> implied.map(AwsEndpoint::service))
                .orElseThrow(() -> new InputFault(
                        "which service? The host '" + host + "' does not show it: " + remedy(host, "--service")));
        String region = options.region
                .or(() -> implied.map(AwsEndpoint::region))
                .or(() -> Optional.ofNullable(environment.get("AWS_REGION")))
                .or(() -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")))
                .orElseThrow(() -> new InputFault("which region? The host '" + host + "' does not show it: "
                        + remedy(host, "--region or AWS_REGION")));
        List<String> warnings = new ArrayList<>();
        MisspeltHost.meant(host)
                .ifPresent(meant -> warnings.add(host + " is not a host of AWS; did you mean " + meant + "?"));
        AwsNames.regionWarning(region, implied.isPresent()).ifPresent(warnings::add);
        AwsNames.serviceWarning(service).ifPresent(warnings::add);
        return new Scope(region, service, warnings);
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
