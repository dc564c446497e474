package io.countersign.proxy.signing;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.aws.Preset;
import io.countersign.proxy.config.MisspeltHost;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.ScopeName;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.upstream.UpstreamConfig;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.SignatureAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads how a route's requests are signed; what it does not say follows from the upstream's host and its preset. */
public final class SigningReader {
    private static final List<String> KEYS = List.of(
            "buckets",
            "credentials",
            "expected-bucket-owner",
            "path-encoding",
            "payload",
            "query-expires",
            "region",
            "region-set",
            "regions",
            "service",
            "services",
            "sign-token",
            "signature",
            "signature-in",
            "signed-headers");
    /** {@code X-Amz-Expires} goes up to seven days. */
    private static final Duration LONGEST_QUERY = Duration.ofDays(7);

    private final Section route;
    private final Section written;
    private final Optional<UpstreamConfig> upstream;
    private final SignatureAlgorithm algorithm;

    /** @param written the same route without defaults, where what the operator said himself is to be kept apart */
    public SigningReader(Section route, Section written, Optional<UpstreamConfig> upstream) {
        this.route = route;
        this.written = written;
        this.upstream = upstream;
        SignatureAlgorithm chosen =
                route.choice("signature", Map.of("v4", SignatureAlgorithm.V4, "v4a", SignatureAlgorithm.V4A));
        this.algorithm = chosen == null ? SignatureAlgorithm.V4 : chosen;
    }

    public SigningConfig read(Set<String> known) {
        return read(known, scope());
    }

    /**
     * For a route that sends where each request says. What the route says of services and regions narrows the choice, so it is read
     * elsewhere.
     *
     * @param service that is chosen; empty for what all services have in common
     */
    public SigningConfig readByRequest(Set<String> known, Optional<String> service) {
        route.has("service");
        route.has("region");
        return read(
                known,
                new SigningScope(
                        algorithm,
                        service.orElse(SigningScope.ANY),
                        SigningScope.ANY,
                        regionSet().map(RegionSet::text)));
    }

    private SigningConfig read(Set<String> known, SigningScope scope) {
        Preset preset = AwsServices.of(scope.service()).preset();
        String credentials = route.string("credentials").orElse("default");
        if (!known.contains(credentials)) {
            route.fault(
                    "credentials",
                    "there are no credentials " + Quoted.of(credentials) + NearestKey.hint(credentials, known));
        }
        PathStyle style = route.has("path-encoding")
                ? route.choice("path-encoding", Map.of("double", PathStyle.AWS, "single", PathStyle.S3))
                : preset.pathStyle();
        boolean inQuery = Boolean.TRUE.equals(route.choice("signature-in", Map.of("headers", false, "query", true)));
        if (written.has("query-expires") && !inQuery) {
            route.faults()
                    .warn(
                            route.where("query-expires"),
                            "means nothing unless signature-in = query; take it out, or set that");
        }
        Duration expires = route.duration("query-expires", Duration.ofSeconds(1), LONGEST_QUERY);
        return new SigningConfig(
                scope,
                credentials,
                style,
                route.flag("sign-token"),
                payload(preset, inQuery),
                inQuery ? new SignatureIn.Query(expires) : new SignatureIn.Headers());
    }

    /** For a route that signs nothing: what it says of signing is held against the operator. */
    public static Optional<SigningConfig> none(Section route, Section written) {
        for (String key : KEYS) {
            route.has(key);
            if (written.has(key)) {
                route.faults().warn(route.where(key), "means nothing with auth = none; take one of the two out");
            }
        }
        return Optional.empty();
    }

    /** With empty names after a fault. */
    private SigningScope scope() {
        // The host that is signed knows best; a connection may go through an endpoint of another name.
        Optional<AwsEndpoint> derived = upstream.flatMap(UpstreamConfig::hostHeader)
                .flatMap(AwsEndpoint::of)
                .or(() -> upstream.flatMap(to -> AwsEndpoint.of(to.host())));
        Optional<String> service =
                route.text("service").flatMap(setting -> ScopeName.service(route, "service", setting));
        Optional<String> region = region();
        Optional<RegionSet> set = regionSet();
        Optional<String> ofSeveral = upstream.flatMap(to -> AwsEndpoint.multiRegion(signedHost(to)));
        if (upstream.isPresent() && derived.isEmpty() && (ofSeveral.isEmpty() || !isAsymmetric())) {
            unknownHost(signedHost(upstream.get()));
        }
        Optional<String> serviceOfHost = derived.map(AwsEndpoint::service).or(() -> ofSeveral);
        serviceOfHost.ifPresent(name -> warnOfContradiction("service", service, name));
        derived.ifPresent(host -> {
            warnOfContradiction("region", region, host.region());
            warnOfRegionLeftOut(set, host.region());
        });
        return new SigningScope(
                algorithm,
                service.or(() -> serviceOfHost).orElse(""),
                region.or(() -> derived.map(AwsEndpoint::region))
                        .or(() -> set.flatMap(RegionSet::single))
                        .orElse(isAsymmetric() ? SigningScope.ANY : ""),
                set.map(RegionSet::text));
    }

    private boolean isAsymmetric() {
        return algorithm == SignatureAlgorithm.V4A;
    }

    private static String signedHost(UpstreamConfig upstream) {
        return upstream.hostHeader().orElse(upstream.host());
    }

    /** Empty after a fault, and with V4A, whose scope has none. */
    private Optional<String> region() {
        Optional<Setting> setting = route.text("region");
        if (isAsymmetric()) {
            setting.ifPresent(text -> route.fault(
                    "region", "is not in the scope of signature = v4a; write region-set = " + text.quoted()));
            return Optional.empty();
        }
        return setting.flatMap(text -> ScopeName.region(route, "region", text));
    }

    /** Empty after a fault, and with V4, which has none. */
    private Optional<RegionSet> regionSet() {
        Optional<Setting> setting = route.text("region-set");
        if (!isAsymmetric()) {
            setting.ifPresent(ignored -> route.faults()
                    .warn(route.where("region-set"), "means nothing unless signature = v4a; take it out, or set that"));
            return Optional.empty();
        }
        Optional<RegionSet> set = setting.flatMap(text -> RegionSet.parse(text.text()));
        if (setting.isPresent() && set.isEmpty()) {
            route.fault(
                    "region-set",
                    setting.get().quoted()
                            + " is not a set of regions; write one such as us-east-1,eu-west-1, or * for all");
        }
        return set;
    }

    private void warnOfRegionLeftOut(Optional<RegionSet> set, String region) {
        set.filter(regions -> !regions.covers(region))
                .ifPresent(regions -> route.faults()
                        .warn(
                                route.where("region-set"),
                                Quoted.of(regions.text()) + " leaves out " + region
                                        + ", which the host's name says, so that the signature is not valid there"));
    }

    private void unknownHost(String host) {
        if (AwsEndpoint.multiRegion(host).isPresent()) {
            route.fault(
                    "upstream",
                    host
                            + " stands for several regions, and so only takes Signature Version 4A; write signature = v4a");
            return;
        }
        Optional<String> otherwise = AwsEndpoint.signedOtherwise(host);
        if (otherwise.isPresent()) {
            route.fault("upstream", host + " " + otherwise.get());
            return;
        }
        boolean hasService = route.has("service");
        String regions = isAsymmetric() ? "region-set" : "region";
        boolean hasRegion = route.has(regions);
        String meant = MisspeltHost.meant(host)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        if (hasService && hasRegion) {
            if (!meant.isEmpty()) {
                route.faults().warn(route.where("upstream"), host + " is not a host of AWS" + meant);
            }
            return;
        }
        String missing = hasService ? regions : hasRegion ? "service" : "service and " + regions;
        String advice = missing.startsWith("service")
                ? " (execute-api for an API Gateway behind a name of your own)"
                : isAsymmetric() ? " (those that the API is in)" : " (the one that the API is in)";
        route.fault(
                hasService ? regions : "service",
                host + " does not say how to sign for it"
                        + (meant.isEmpty() ? "; set " + missing + advice : meant + " Else set " + missing + advice));
    }

    private void warnOfContradiction(String key, Optional<String> given, String derived) {
        given.filter(said -> !AwsEndpoint.shareHosts(said, derived))
                .ifPresent(said -> route.faults()
                        .warn(
                                route.where(key),
                                Quoted.of(said) + " is signed for, while the host's name says " + derived));
    }

    private PayloadMode payload(Preset preset, boolean inQuery) {
        boolean presignedToS3 = SigningConfig.isPresignedS3(preset.service(), inQuery);
        PayloadMode usual =
                presignedToS3 ? PayloadMode.UNSIGNED : preset.payloads().get(0);
        PayloadMode payload = route.has("payload")
                ? route.choice("payload", Map.of("signed", PayloadMode.SIGNED, "unsigned", PayloadMode.UNSIGNED))
                : usual;
        if (payload == null) {
            return usual;
        }
        if (!presignedToS3
                && !preset.payloads().contains(payload)
                && !preset.service().isEmpty()
                && !preset.service().equals(SigningScope.ANY)) {
            route.fault(
                    "payload",
                    payload == PayloadMode.UNSIGNED
                            ? preset.service() + " takes no request whose body is not signed; write payload = signed"
                                    + " (unsigned is for " + String.join(", ", AwsServices.taking(payload)) + ")"
                            : preset.service() + " checks no body's hash and refuses one; write payload = unsigned");
        }
        if (presignedToS3 && payload == PayloadMode.SIGNED) {
            route.fault(
                    "payload",
                    "cannot be signed in a presigned URL of " + preset.service()
                            + "; write payload = unsigned, or leave it out");
        }
        if (payload == PayloadMode.UNSIGNED && upstream.filter(to -> !to.tls()).isPresent()) {
            route.fault(
                    "payload",
                    "unsigned leaves the body to TLS to protect, and the upstream is http; write an https URL");
        }
        return payload;
    }
}
