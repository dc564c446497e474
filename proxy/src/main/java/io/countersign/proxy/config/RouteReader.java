package io.countersign.proxy.config;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.config.RouteConfig.Answers;
import io.countersign.proxy.config.RouteConfig.HeaderRules;
import io.countersign.proxy.config.RouteConfig.Match;
import io.countersign.sigv4.PathStyle;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one route. */
final class RouteReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern REGION = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");
    /** RFC 6454 section 6.2: how browsers write an origin, so that comparing texts is enough. */
    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://(?:[a-z0-9_.-]+|\\[[0-9a-f:]+])(?::[1-9]\\d{0,4})?");

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");
    private static final Set<String> SIGNING_KEYS = Set.of(
            "service",
            "region",
            "credentials",
            "path-style",
            "sign-token",
            "signed-headers",
            "payload",
            "sign-in",
            "query-expires");

    /** The services whose documentation lets the body be unsigned. */
    private static final Set<String> UNSIGNED_PAYLOAD = Set.of("s3", "vpc-lattice-svcs");
    /** {@code X-Amz-Expires} goes up to seven days. */
    private static final Duration LONGEST_QUERY = Duration.ofDays(7);

    private final ConfigObject defaults;
    private final UpstreamReader upstreams;
    private final HeadersReader headers;
    private final Set<String> credentials;
    private final LimitsConfig limits;
    private final UnknownKeys unknown;

    RouteReader(
            ConfigObject defaults,
            UpstreamReader upstreams,
            HeadersReader headers,
            Set<String> credentials,
            LimitsConfig limits,
            UnknownKeys unknown) {
        this.defaults = defaults;
        this.upstreams = upstreams;
        this.headers = headers;
        this.credentials = credentials;
        this.limits = limits;
        this.unknown = unknown;
    }

    /** Empty when no upstream or no signing could be made out; every fault is noted either way. */
    Optional<RouteConfig> read(String name, Section written) {
        Section route = written.withDefaults(defaults);
        if (!NAME.matcher(name).matches()) {
            route.faults()
                    .add(
                            route.where(),
                            "the name is shown in logs and metrics; write up to 64 letters, digits, hyphens"
                                    + " and underscores");
        }
        Match match = match(route.section("match"));
        Optional<String> strip = stripPrefix(route, match);
        Optional<UpstreamConfig> upstream = upstreams.read(route);
        Boolean signed = route.choice("auth", Map.of("sigv4", true, "none", false));
        boolean sign = !Boolean.FALSE.equals(signed);
        Optional<SigningConfig> signing = sign ? signing(route, upstream) : unsigned(written, route);
        Answers answers = route.choice("answers", Map.of("keep-data", Answers.KEEP_DATA, "relay", Answers.RELAY));
        boolean replaySafe = route.flag("replay-safe");
        Set<String> cors = cors(route);
        long body = body(route, signing);
        Set<String> signedHeaders = headers.signed(route);
        HeaderRules rules = headers.rules(route, sign);
        RouteTimes times = TimesReader.read(route.section("times"), unknown);
        route.rejectUnknown(unknown);
        return upstream.map(to -> new RouteConfig(
                name, match, strip, to, signing, answers, replaySafe, cors, body, signedHeaders, rules, times));
    }

    private Match match(Section match) {
        String prefix = match.string("path-prefix").orElse("/");
        String fault =
                prefix.startsWith("/") ? PathChecks.fault(prefix) : "does not begin with a slash; write /" + prefix;
        if (fault == null && prefix.length() > 1 && prefix.endsWith("/")) {
            fault = "ends in a slash; write " + prefix.substring(0, prefix.length() - 1)
                    + ", which takes all below it too";
        }
        if (fault != null) {
            match.fault("path-prefix", Setting.quoted(prefix) + " " + fault);
        }
        Set<String> methods = new LinkedHashSet<>();
        for (Setting method : match.texts("methods")) {
            if (!METHODS.contains(method.text())) {
                match.fault(
                        "methods",
                        method.quoted() + " is no method that is passed on; write some of "
                                + String.join(", ", METHODS.stream().sorted().toList()));
            }
            methods.add(method.text());
        }
        Set<String> hosts = AccessReader.hosts(match, "hosts");
        match.rejectUnknown(unknown);
        return new Match(prefix, methods, hosts);
    }

    private static Optional<String> stripPrefix(Section route, Match match) {
        Optional<String> strip = route.string("strip-prefix");
        strip.ifPresent(text -> {
            String prefix = match.pathPrefix();
            if (!text.startsWith("/") || text.endsWith("/")) {
                route.fault(
                        "strip-prefix",
                        Setting.quoted(text) + " must begin with a slash and end without one, such as "
                                + Setting.quoted(prefix.equals("/") ? "/metrics" : prefix));
            } else if (!prefix.equals(text) && !prefix.startsWith(text + "/")) {
                route.fault(
                        "strip-prefix",
                        Setting.quoted(text) + " is not the front of match.path-prefix " + Setting.quoted(prefix)
                                + ", so some requests could not be stripped; write whole segments of it");
            }
        });
        return strip;
    }

    private Optional<SigningConfig> signing(Section route, Optional<UpstreamConfig> upstream) {
        Optional<AwsEndpoint> endpoint = upstream.flatMap(RouteReader::endpoint);
        Optional<String> service = route.text("service").flatMap(s -> service(route, s));
        Optional<String> region = route.text("region").flatMap(s -> region(route, "region", s));
        boolean told = route.has("service") && route.has("region");
        if (upstream.isPresent() && endpoint.isEmpty() && !told) {
            String missing = route.has("service") ? "region" : route.has("region") ? "service" : "service and region";
            route.fault(
                    route.has("service") ? "region" : "service",
                    upstream.get().host()
                            + " does not say how to sign for it; set " + missing
                            + (missing.startsWith("service")
                                    ? " (execute-api for an API Gateway behind a name of your own)"
                                    : ""));
        }
        endpoint.ifPresent(derived -> warnOfContradiction(route, derived, service, region));
        String named = route.string("credentials").orElse("default");
        if (!credentials.contains(named)) {
            route.fault(
                    "credentials",
                    "there are no credentials " + Setting.quoted(named) + NearestKey.hint(named, credentials));
        }
        String signFor = service.or(() -> endpoint.map(AwsEndpoint::service)).orElse("");
        PathStyle style = route.has("path-style")
                ? route.choice("path-style", Map.of("aws", PathStyle.AWS, "s3", PathStyle.S3))
                : AwsEndpoint.pathStyle(signFor);
        return Optional.of(new SigningConfig(
                signFor,
                region.or(() -> endpoint.map(AwsEndpoint::region)).orElse(""),
                named,
                style,
                route.flag("sign-token"),
                AwsEndpoint.maxHead(signFor),
                payload(route, signFor, upstream),
                Boolean.TRUE.equals(route.choice("sign-in", Map.of("headers", false, "query", true))),
                route.duration("query-expires", Duration.ofSeconds(1), LONGEST_QUERY)));
    }

    private static PayloadMode payload(Section route, String service, Optional<UpstreamConfig> upstream) {
        PayloadMode payload = route.has("payload")
                ? route.choice("payload", Map.of("signed", PayloadMode.SIGNED, "unsigned", PayloadMode.UNSIGNED))
                : PayloadMode.SIGNED;
        if (payload == PayloadMode.UNSIGNED && !UNSIGNED_PAYLOAD.contains(service)) {
            route.fault(
                    "payload",
                    service + " takes no request whose body is not signed; write payload = signed (unsigned is for "
                            + String.join(
                                    ", ", UNSIGNED_PAYLOAD.stream().sorted().toList()) + ")");
        }
        if (payload == PayloadMode.UNSIGNED && upstream.filter(to -> !to.tls()).isPresent()) {
            route.fault("payload", "leaves the body to TLS to protect, and the upstream is http; write an https URL");
        }
        return payload == null ? PayloadMode.SIGNED : payload;
    }

    /** The host that is signed knows best; a connection may go through an endpoint of another name. */
    private static Optional<AwsEndpoint> endpoint(UpstreamConfig upstream) {
        return upstream.hostHeader().flatMap(AwsEndpoint::of).or(() -> AwsEndpoint.of(upstream.host()));
    }

    private static void warnOfContradiction(
            Section route, AwsEndpoint derived, Optional<String> service, Optional<String> region) {
        service.filter(s -> !s.equals(derived.service()))
                .ifPresent(s -> route.faults()
                        .warn(
                                route.where("service"),
                                Setting.quoted(s) + " is signed for, while the host's name says " + derived.service()));
        region.filter(r -> !r.equals(derived.region()))
                .ifPresent(r -> route.faults()
                        .warn(
                                route.where("region"),
                                Setting.quoted(r) + " is signed for, while the host's name says " + derived.region()));
    }

    /** @param written without defaults, so that only what the operator wrote is held against them */
    private static Optional<SigningConfig> unsigned(Section written, Section route) {
        for (String key : SIGNING_KEYS.stream().sorted().toList()) {
            route.has(key);
            if (written.has(key)) {
                route.faults().warn(route.where(key), "means nothing with auth = none; take one of the two out");
            }
        }
        return Optional.empty();
    }

    static Optional<String> region(Section section, String key, Setting setting) {
        return scopeField(section, key, setting, REGION, "is no region; write one such as us-east-1");
    }

    private static Optional<String> service(Section section, Setting setting) {
        return scopeField(
                section, "service", setting, SERVICE, "is no service to sign for; write one such as execute-api");
    }

    private static Optional<String> scopeField(
            Section section, String key, Setting setting, Pattern form, String otherwise) {
        if (form.matcher(setting.text()).matches()) {
            return Optional.of(setting.text());
        }
        section.fault(key, setting.quoted() + " " + otherwise);
        return Optional.empty();
    }

    private static Set<String> cors(Section route) {
        Set<String> origins = new LinkedHashSet<>();
        for (Setting origin : route.texts("cors")) {
            if (!ORIGIN.matcher(origin.text()).matches()) {
                route.fault(
                        "cors",
                        origin.quoted() + " is no single origin; write it as browsers do, such as"
                                + " https://grafana.example.com, in lower case, without a path");
            }
            origins.add(origin.text());
        }
        return origins;
    }

    private long body(Section route, Optional<SigningConfig> signing) {
        Section own = route.section("limits");
        boolean streams =
                signing.filter(s -> s.payload() == PayloadMode.UNSIGNED).isPresent();
        long most = streams ? LimitsReader.MOST_STREAMED : LimitsReader.MOST_BODY;
        long usual = streams && signing.get().service().equals("s3") ? LimitsReader.S3_PUT : limits.body();
        long body = own.has("body") ? own.size("body", LimitsReader.LEAST_BODY, most) : usual;
        if (own.has("body")) {
            LimitsReader.warnOfTinyBody(own, body);
        }
        own.rejectUnknown(unknown);
        boolean gateway = signing.filter(s -> s.service().equals("execute-api")).isPresent();
        if (gateway && body > AwsEndpoint.EXECUTE_API_MAX_BODY) {
            own.fault(
                    "body",
                    body + " octets is more than API Gateway takes (" + AwsEndpoint.EXECUTE_API_MAX_BODY
                            + "); write at most 10 MiB");
        }
        if (own.has("body") && !streams && own.sound() && body > limits.buffered()) {
            own.fault(
                    "body",
                    body + " octets do not fit limits.buffered (" + limits.buffered()
                            + "), which holds all bodies together; lower the one or raise the other");
        }
        return body;
    }
}
