package io.countersign.cli.sign;

import io.countersign.proxy.config.AwsEndpoint;
import java.util.Map;
import java.util.Optional;

/** Region and service to sign for: as told, or as the host's name tells. */
record Scope(String region, String service) {

    static Scope of(RequestDraft draft, SigningOptions options, Map<String, String> environment) throws InputFault {
        String host = withoutPort(draft.header("host").orElse(""));
        Optional<AwsEndpoint> told = AwsEndpoint.of(host);
        String service = options.service
                .or(() -> told.map(AwsEndpoint::service))
                .orElseThrow(
                        () -> new InputFault("which service? The host '" + host + "' does not tell: set --service"));
        String region = options.region
                .or(() -> told.map(AwsEndpoint::region))
                .or(() -> Optional.ofNullable(environment.get("AWS_REGION")))
                .or(() -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")))
                .orElseThrow(() -> new InputFault(
                        "which region? The host '" + host + "' does not tell: set --region or AWS_REGION"));
        return new Scope(region, service);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
