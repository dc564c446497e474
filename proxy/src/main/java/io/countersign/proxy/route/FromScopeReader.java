package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.ScopeName;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.signing.SigningConfig;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a route that sends where the scope of each request's own signature says. */
final class FromScopeReader implements ChoiceReader {
    private final Section route;

    FromScopeReader(Section route) {
        this.route = route;
    }

    /** For a route that is none of those. */
    static void reject(Section route) {
        for (String key : List.of("services", "regions")) {
            if (route.has(key)) {
                route.fault(key, "means nothing unless service = from-scope; take it out, or write that");
            }
        }
    }

    @Override
    public SigningConfig narrowed(SigningConfig shared) {
        ChoiceReader.rejectFixed(route);
        if (route.has("region")) {
            route.fault("region", "means nothing with service = from-scope; write regions = [...]");
        }
        if (!route.texts("cors").isEmpty()) {
            route.fault(
                    "cors",
                    "means nothing with service = from-scope: a browser asks beforehand by a request without a scope;"
                            + " take it out, or name one upstream");
        }
        return shared;
    }

    @Override
    public Choice read(Section written, SigningConfig narrowed, Terms terms) {
        Set<String> services = services();
        Set<String> regions = regions();
        Map<AwsEndpoint, String> hosts = new HashMap<>();
        Set<String> wrong = new LinkedHashSet<>();
        for (String service : services) {
            for (String region : regions) {
                Optional<String> host = AwsServices.of(service).regionalHost(region);
                AwsEndpoint endpoint = new AwsEndpoint(service, region);
                if (host.flatMap(AwsEndpoint::of).filter(endpoint::equals).isPresent()) {
                    hosts.put(endpoint, host.get());
                } else {
                    wrong.add(region);
                }
            }
        }
        wrong.forEach(
                region -> route.fault("regions", Quoted.of(region) + " is not a region; write one such as us-east-1"));
        return new Choice.ByScope(ChoiceReader.terms(written, services, terms), hosts);
    }

    private Set<String> services() {
        Set<String> services = new LinkedHashSet<>();
        for (Setting setting : listed("services", "[dynamodb, sts]")) {
            ScopeName.service(route, "services", setting).ifPresent(name -> {
                if (AwsServices.of(name).regionalHost("us-east-1").isPresent()) {
                    services.add(name);
                } else if (AwsEndpoint.services().contains(name)) {
                    route.fault(
                            "services",
                            Quoted.of(name)
                                    + " has hosts that its name and a region don't say, such as one for each API,"
                                    + " domain or function; write a route with that host as upstream = \"https://HOST\", or"
                                    + " with upstream = from-host and match.hosts");
                } else {
                    route.fault(
                            "services",
                            "the hosts of " + Quoted.of(name) + " are not known"
                                    + NearestKey.hint(name, AwsEndpoint.services())
                                    + "; write a route with the host as upstream = \"https://HOST\"");
                }
            });
        }
        return services;
    }

    private Set<String> regions() {
        Set<String> regions = new LinkedHashSet<>();
        for (Setting setting : listed("regions", "[us-east-1, eu-west-1]")) {
            ScopeName.region(route, "regions", setting).ifPresent(regions::add);
        }
        return regions;
    }

    private List<Setting> listed(String key, String example) {
        List<Setting> listed = route.texts(key);
        if (listed.isEmpty()) {
            route.fault(
                    key,
                    "is missing: with service = from-scope callers choose among those that it lists, such as "
                            + example);
        }
        return listed;
    }

    @Override
    public BucketRules buckets(Choice choice) {
        return choice.services().keySet().stream()
                        .anyMatch(name -> AwsServices.of(name).isS3())
                ? BucketsReader.chosen(route, true, Set.of())
                : BucketsReader.none(route);
    }
}
