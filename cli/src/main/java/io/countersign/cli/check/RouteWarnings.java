package io.countersign.cli.check;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is probably a slip in a route and may be meant, so that only {@code check} says it: a proxy that starts with such a
 * route each day must not warn of it each day.
 */
public final class RouteWarnings {
    private RouteWarnings() {}

    public static List<String> of(RouteConfig route) {
        if (route.signing().isEmpty()) {
            return List.of();
        }
        SigningConfig signing = route.signing().get();
        UpstreamConfig upstream = route.upstream();
        String host = upstream.hostHeader().orElse(upstream.host());
        Optional<AwsEndpoint> endpoint = AwsEndpoint.of(host);
        String name = "routes." + route.name();
        List<String> warnings = new ArrayList<>();
        AwsNames.regionWarning(signing.region(), endpoint.isPresent())
                .ifPresent(text -> warnings.add(name + ".region: " + text));
        AwsNames.serviceWarning(signing.service()).ifPresent(text -> warnings.add(name + ".service: " + text));
        boolean apiByItsOwnName =
                endpoint.filter(to -> AwsServices.of(to.service()).is(AwsService.Trait.STAGE_IN_PATH))
                                .isPresent()
                        && !host.startsWith("d-"); // what a custom domain points to, whose mappings hold the stage
        boolean callersWriteTheStage =
                !route.match().pathPrefix().equals("/") && route.stripPrefix().isEmpty();
        if (apiByItsOwnName && upstream.basePath().isEmpty() && !callersWriteTheStage) {
            warnings.add(name + ".upstream: has no stage, as in https://" + host
                    + "/prod; right only for the stage $default, or where callers write the stage themselves");
        }
        return warnings;
    }
}
