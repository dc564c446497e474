package io.countersign.proxy.signing;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.aws.Preset;
import io.countersign.proxy.config.MisspeltHost;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.ScopeName;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.upstream.UpstreamConfig;
import io.countersign.sigv4.PathStyle;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads how a route's requests are signed; what it does not say follows from the upstream's host and its preset. */
public final class SigningReader {
    private static final List<String> KEYS = List.of(
            "credentials",
            "path-encoding",
            "payload",
            "query-expires",
            "region",
            "service",
            "sign-token",
            "signature-in",
            "signed-headers");
    /** {@code X-Amz-Expires} goes up to seven days. */
    private static final Duration LONGEST_QUERY = Duration.ofDays(7);

    private final Section route;
    private final Section written;
    private final Optional<UpstreamConfig> upstream;

    /** @param written the same route without defaults, where what the operator said himself is to be kept apart */
    public SigningReader(Section route, Section written, Optional<UpstreamConfig> upstream) {
        this.route = route;
        this.written = written;
        this.upstream = upstream;
    }

    public SigningConfig read(Set<String> known) {
        return read(known, scope());
    }

    /**
     * For a route that sends where each request's host says. What the route says of service and region narrows the hosts, so it is read
     * elsewhere.
     *
     * @param service that the host belongs to; empty for what all services have in common
     */
    public SigningConfig readFromHost(Set<String> known, Optional<String> service) {
        route.has("service");
        route.has("region");
        return read(known, new AwsEndpoint(service.orElse(SigningConfig.OF_HOST), SigningConfig.OF_HOST));
    }

    private SigningConfig read(Set<String> known, AwsEndpoint scope) {
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
                scope.service(),
                scope.region(),
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
    private AwsEndpoint scope() {
        // The host that is signed knows best; a connection may go through an endpoint of another name.
        Optional<AwsEndpoint> derived = upstream.flatMap(UpstreamConfig::hostHeader)
                .flatMap(AwsEndpoint::of)
                .or(() -> upstream.flatMap(to -> AwsEndpoint.of(to.host())));
        Optional<String> service =
                route.text("service").flatMap(setting -> ScopeName.service(route, "service", setting));
        Optional<String> region = route.text("region").flatMap(setting -> ScopeName.region(route, "region", setting));
        if (upstream.isPresent() && derived.isEmpty()) {
            unknownHost(upstream.get().hostHeader().orElse(upstream.get().host()));
        }
        derived.ifPresent(host -> {
            warnOfContradiction("service", service, host.service());
            warnOfContradiction("region", region, host.region());
        });
        return new AwsEndpoint(
                service.or(() -> derived.map(AwsEndpoint::service)).orElse(""),
                region.or(() -> derived.map(AwsEndpoint::region)).orElse(""));
    }

    private void unknownHost(String host) {
        Optional<String> otherwise = AwsEndpoint.signedOtherwise(host);
        if (otherwise.isPresent()) {
            route.fault("upstream", host + " " + otherwise.get());
            return;
        }
        boolean hasService = route.has("service");
        boolean hasRegion = route.has("region");
        String meant = MisspeltHost.meant(host)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        if (hasService && hasRegion) {
            if (!meant.isEmpty()) {
                route.faults().warn(route.where("upstream"), host + " is not a host of AWS" + meant);
            }
            return;
        }
        String missing = hasService ? "region" : hasRegion ? "service" : "service and region";
        String advice = missing.startsWith("service")
                ? " (execute-api for an API Gateway behind a name of your own)"
                : " (the one that the API is in)";
        route.fault(
                hasService ? "region" : "service",
                host + " does not say how to sign for it"
                        + (meant.isEmpty() ? "; set " + missing + advice : meant + " Else set " + missing + advice));
    }

    private void warnOfContradiction(String key, Optional<String> given, String derived) {
        given.filter(said -> !said.equals(derived))
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
                && !preset.service().equals(SigningConfig.OF_HOST)) {
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
