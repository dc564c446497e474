package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.BucketName;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.ScopeName;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.net.HostPattern;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.signing.SigningConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a route that sends where each request's {@code Host} says. */
final class FromHostReader implements ChoiceReader {
    /** In a list of hosts: all that are known as AWS's. It is no host itself. */
    private static final String ALL = "aws";

    /** What stands for an asterisk when a pattern is tried: a region, and two names that no host has a fixed meaning for. */
    private static final List<String> SAMPLES = List.of("us-east-1", "sample-1a", "sample-1b");

    private final Section route;
    private final RouteConfig.Match match;
    private final List<HostPattern> hosts;

    FromHostReader(Section route, RouteConfig.Match match) {
        this.route = route;
        this.match = match;
        this.hosts = match.hosts().contains(ALL)
                ? List.of()
                : match.hosts().stream().sorted().map(HostPattern::parse).toList();
    }

    @Override
    public SigningConfig narrowed(SigningConfig shared) {
        Optional<String> service =
                route.text("service").flatMap(setting -> ScopeName.service(route, "service", setting));
        Optional<String> region = route.text("region").flatMap(setting -> ScopeName.region(route, "region", setting));
        Set<String> known = AwsEndpoint.services();
        service.filter(name -> !known.contains(name))
                .ifPresent(name -> route.fault(
                        "service",
                        "the hosts of " + Quoted.of(name) + " are not known" + NearestKey.hint(name, known)
                                + "; write the host as upstream = \"https://HOST\""));
        ChoiceReader.rejectFixed(route);
        return shared.narrowedTo(service, region);
    }

    @Override
    public Choice read(Section written, SigningConfig narrowed, Terms terms) {
        List<String> services =
                AwsEndpoint.services().stream().filter(narrowed::isFor).toList();
        Section section = route.section("match");
        if (section.texts("hosts").isEmpty()) {
            section.fault(
                    "hosts",
                    "is missing: with upstream = from-host callers choose among the hosts that it lists, such as"
                            + " [\"dynamodb.*.amazonaws.com\"], where * is one label; " + ALL
                            + " stands for all hosts of AWS in docs/SERVICES.md");
        }
        if (match.hosts().contains(ALL) && match.hosts().size() > 1) {
            section.fault("hosts", ALL + " stands for all hosts of AWS; take it out, or the others");
        }
        for (HostPattern pattern : hosts) {
            if (endpoints(pattern).stream().noneMatch(to -> services.contains(to.service()))) {
                section.fault(
                        "hosts",
                        Quoted.of(pattern.toString()) + " is not a host of AWS that is known"
                                + (narrowed.namesService() ? " for " + narrowed.service() : "") + "; take it out");
            }
        }
        return new Choice.ByHost(ChoiceReader.terms(written, services, terms), hosts);
    }

    private static List<AwsEndpoint> endpoints(HostPattern pattern) {
        return pattern.with(SAMPLES).stream()
                .flatMap(host -> AwsEndpoint.of(host).stream())
                .toList();
    }

    @Override
    public BucketRules buckets(Choice choice) {
        Set<String> services = new HashSet<>(choice.services().keySet());
        services.removeIf(name -> !AwsServices.of(name).isS3());
        if (services.isEmpty()) {
            return BucketsReader.none(route);
        }
        if (match.hosts().isEmpty()) {
            return BucketRules.NONE; // A fault already.
        }
        Set<String> named = new HashSet<>();
        boolean any = hosts.isEmpty();
        for (HostPattern pattern : hosts) {
            List<Optional<String>> buckets = pattern.with(SAMPLES).stream()
                    .filter(host -> AwsEndpoint.of(host)
                            .filter(to -> services.contains(to.service()))
                            .isPresent())
                    .map(BucketName::inHost)
                    .distinct()
                    .toList();
            if (buckets.size() == 1 && buckets.get(0).isPresent()) {
                named.add(buckets.get(0).get());
            } else {
                any |= !buckets.isEmpty();
            }
        }
        return BucketsReader.chosen(route, any, named);
    }
}
