package io.countersign.cli.sign;

import java.util.Map;

/** Region and service to sign for: as told, or as the host's name tells. */
record Scope(String region, String service) {

    static Scope of(RequestDraft draft, SigningOptions options, Map<String, String> environment) throws InputFault {
        String host = draft.header("host").orElse("");
        String service = options.service.orElseThrow(
                () -> new InputFault("which service? its host '" + host + "' does not tell: set --service"));
        String region = options.region
                .or(() -> java.util.Optional.ofNullable(environment.get("AWS_REGION")))
                .or(() -> java.util.Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")))
                .orElseThrow(() -> new InputFault(
                        "which region? its host '" + host + "' does not tell: set --region or AWS_REGION"));
        return new Scope(region, service);
    }
}
