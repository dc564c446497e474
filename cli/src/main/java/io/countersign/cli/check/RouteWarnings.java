package io.countersign.cli.check;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.signing.RegionSet;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is probably a slip in a route. */
final class RouteWarnings {
    private RouteWarnings() {}

    static List<ConfigFault> of(RouteConfig route) {
        if (route.signing().isEmpty() || route.sending().choice().isPresent()) {
            return List.of();
        }
        SigningConfig signing = route.signing().get();
        UpstreamConfig upstream = route.upstream();
        String host = upstream.hostHeader().orElse(upstream.host());
        Optional<AwsEndpoint> endpoint = AwsEndpoint.of(host);
        String name = "routes." + route.name();
        List<ConfigFault> warnings = new ArrayList<>();
        // What follows from the host is to be corrected there.
        boolean regionOfHost =
                endpoint.filter(to -> to.region().equals(signing.region())).isPresent();
        String whence = regionOfHost ? ".upstream" : ".region";
        if (signing.namesRegion() && signing.scope().regionSet().isEmpty()) {
            regionWarning(signing.region(), endpoint.isPresent(), name + whence).ifPresent(warnings::add);
        }
        signing.scope().regionSet().flatMap(RegionSet::parse).stream()
                .flatMap(RegionSet::names)
                .forEach(region -> regionWarning(region, endpoint.isPresent(), name + ".region-set")
                        .ifPresent(warnings::add));
        AwsNames.serviceWarning(signing.service())
                .ifPresent(what -> warnings.add(new ConfigFault(name + ".service", what)));
        boolean apiByItsOwnName =
                endpoint.filter(to -> AwsServices.of(to.service()).is(AwsService.Trait.STAGE_IN_PATH))
                                .isPresent()
                        && !host.startsWith("d-"); // what a custom domain points to, whose mappings hold the stage
        boolean callersWriteTheStage = !route.match().pathPrefix().equals("/")
                && route.rewrite().stripPrefix().isEmpty();
        if (apiByItsOwnName && upstream.basePath().isEmpty() && !callersWriteTheStage) {
            warnings.add(new ConfigFault(
                    name + ".upstream",
                    "has no stage, as in https://" + host
                            + "/prod; right only for the stage $default, or where callers write the stage themselves"));
        }
        return warnings;
    }

    private static Optional<ConfigFault> regionWarning(String region, boolean atAws, String where) {
        return AwsNames.regionWarning(region, atAws).map(what -> new ConfigFault(where, what));
    }
}
