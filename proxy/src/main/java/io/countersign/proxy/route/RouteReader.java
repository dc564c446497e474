package io.countersign.proxy.route;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.aws.Preset;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.failover.FailoverReader;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.LimitsReader;
import io.countersign.proxy.net.HostPattern;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.route.RouteConfig.HeaderRules;
import io.countersign.proxy.route.RouteConfig.Match;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.SigningReader;
import io.countersign.proxy.upstream.PathChecks;
import io.countersign.proxy.upstream.UpstreamConfig;
import io.countersign.proxy.upstream.UpstreamReader;
import io.countersign.proxy.wire.Methods;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one route. */
public final class RouteReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final List<String> FURTHER = List.of("services", "regions", "buckets", "expected-bucket-owner");

    private final ConfigObject defaults;
    private final UpstreamReader upstreams;
    private final HeadersReader headers;
    private final Set<String> credentials;
    private final LimitsConfig limits;
    private final UnknownKeys unknown;

    public RouteReader(
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
    public Optional<RouteConfig> read(String name, Section written) {
        Section usual = written.withDefaults(defaults);
        FailoverConfig failover = FailoverReader.read(usual.section("failover"), unknown);
        Optional<RouteConfig> route = written.isList("upstream")
                ? new UpstreamListReader(written, one -> readOne(name, one)).read(failover)
                : readOne(name, written);
        if (written.has("failover")
                && route.filter(read -> read.sending().standbys().isEmpty()).isPresent()) {
            written.faults()
                    .warn(
                            written.where("failover"),
                            "means nothing with one upstream; take it out, or write a list: upstream = [\"https://...\","
                                    + " \"https://...\"]");
        }
        return route;
    }

    private Optional<RouteConfig> readOne(String name, Section written) {
        Section usual = written.withDefaults(defaults);
        if (!NAME.matcher(name).matches()) {
            usual.faults()
                    .add(
                            usual.where(),
                            "the name is shown in logs and metrics; write up to 64 letters, digits, hyphens"
                                    + " and underscores");
        }
        // Read below by those that have them; by others they are refused for a reason of their own.
        FURTHER.forEach(usual::has);
        Optional<UpstreamConfig> upstream = upstreams.read(usual);
        boolean byRequest = upstream.filter(UpstreamConfig::isByRequest).isPresent();
        boolean fromScope = UpstreamReader.isFromScope(usual);
        Match match = match(usual.section("match"), byRequest && !fromScope);
        Optional<String> strip = stripPrefix(usual, match);
        Optional<ChoiceReader> chooser = fromScope
                ? Optional.of(new FromScopeReader(usual))
                : byRequest ? Optional.of(new FromHostReader(usual, match)) : Optional.empty();
        Optional<SigningConfig> signing = signing(usual, written, upstream, chooser);
        Served served = served(written, upstream, signing);
        return upstream.filter(to -> !byRequest || signing.isPresent()).map(to -> {
            Optional<Choice> choice = chooser.map(reader ->
                    reader.read(written, signing.orElseThrow(), (own, service) -> termsFor(own, to, service)));
            BucketRules buckets = choice.isPresent() ? chooser.get().buckets(choice.get()) : buckets(usual, signing);
            return new RouteConfig(
                    name,
                    match,
                    new RouteConfig.Sending(to, choice, Optional.empty()),
                    new RouteConfig.Rewrite(strip, served.headers()),
                    signing,
                    new RouteConfig.Conditions(served.cors(), served.maxBody(), RoutePolicies.NONE, buckets),
                    served.delivery());
        });
    }

    private Optional<SigningConfig> signing(
            Section usual, Section written, Optional<UpstreamConfig> upstream, Optional<ChoiceReader> chooser) {
        boolean sign = !Boolean.FALSE.equals(usual.choice("auth", Map.of("sigv4", true, "none", false)));
        if (!sign) {
            chooser.ifPresent(ignored -> usual.fault(
                    "auth",
                    "none would send whatever a caller wants to any host of AWS; take it out, or name the URL"));
            return SigningReader.none(usual, written);
        }
        SigningReader reader = new SigningReader(usual, written, upstream);
        if (chooser.isPresent()) {
            return Optional.of(chooser.get().narrowed(reader.readByRequest(credentials, Optional.empty())));
        }
        FromScopeReader.reject(usual);
        return Optional.of(reader.read(credentials));
    }

    private static BucketRules buckets(Section route, Optional<SigningConfig> signing) {
        if (signing.isEmpty()) {
            return BucketRules.NONE;
        }
        return signing.get().isS3() ? BucketsReader.fixed(route) : BucketsReader.none(route);
    }

    /** What depends on the service that a route signs for. */
    private record Served(CorsConfig cors, long maxBody, HeaderRules headers, Delivery delivery) {}

    private Served served(Section written, Optional<UpstreamConfig> upstream, Optional<SigningConfig> signing) {
        // What the service is known for lies between the route's own keys and the defaults of all routes.
        AwsService signedFor =
                AwsServices.of(signing.map(SigningConfig::service).orElse(""));
        PayloadMode payload = signing.map(SigningConfig::payload).orElse(PayloadMode.SIGNED);
        Section route = written.withDefaults(
                PresetSettings.of(signedFor.preset(), payload).withFallback(defaults));
        Optional<String> service = signing.map(SigningConfig::service)
                .or(() -> upstream.flatMap(to -> AwsEndpoint.of(to.hostHeader().orElse(to.host())))
                        .map(AwsEndpoint::service));
        FailureConfig failure = FailureReader.read(route, service);
        boolean replaySafe = route.flag("replay-safe");
        boolean webSocket = WebSocketReader.read(route, upstream);
        CorsConfig cors = CorsConfig.read(route);
        int logFailed = route.integer("log-failed", 0, RouteConfig.MAX_LOGGED);
        long body = body(route, signedFor, payload);
        HeaderRules rules = headers.rules(route, signing.isPresent());
        RouteTimes times = RouteTimes.read(route.section("timeouts"), unknown);
        route.rejectUnknown(unknown);
        return new Served(cors, body, rules, new Delivery(times, failure, replaySafe, webSocket, logFailed));
    }

    private ServiceTerms termsFor(Section written, UpstreamConfig upstream, String service) {
        Optional<UpstreamConfig> to = Optional.of(upstream);
        SigningConfig signing = new SigningReader(written.withDefaults(defaults), written, to)
                .readByRequest(credentials, Optional.of(service));
        Served served = served(written, to, Optional.of(signing));
        return new ServiceTerms(signing, served.headers().signed(), served.maxBody(), served.delivery());
    }

    /** @param patterns whether hosts may be named by patterns */
    private Match match(Section match, boolean patterns) {
        String prefix = match.string("path-prefix").orElse("/");
        String fault =
                prefix.startsWith("/") ? PathChecks.fault(prefix) : "does not begin with a slash; write /" + prefix;
        if (fault == null && prefix.length() > 1 && prefix.endsWith("/")) {
            fault = "ends in a slash; write " + prefix.substring(0, prefix.length() - 1)
                    + ", which takes all below it too";
        }
        if (fault == null && !OtherReadings.of(prefix).isEmpty()) {
            fault =
                    "has an escaped slash or a semicolon, which servers read differently, so that no request would take this"
                            + " route; write a prefix that ends before it";
        }
        if (fault != null) {
            match.fault("path-prefix", Quoted.of(prefix) + " " + fault);
        }
        Set<String> methods = new LinkedHashSet<>();
        for (Setting method : match.texts("methods")) {
            if (!Methods.isServed(method.text())) {
                match.fault(
                        "methods",
                        method.quoted() + " is not a method that is passed on; write some of " + Methods.text());
            }
            methods.add(method.text());
        }
        Set<String> hosts = match.parsedAll(
                "hosts", patterns ? text -> HostPattern.parse(text).toString() : Hosts::field);
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
                        Quoted.of(text) + " must begin with a slash and end without one, such as "
                                + Quoted.of(prefix.equals("/") ? "/metrics" : prefix));
            } else if (!prefix.equals(text) && !prefix.startsWith(text + "/")) {
                route.fault(
                        "strip-prefix",
                        Quoted.of(text) + " is not the front of match.path-prefix " + Quoted.of(prefix)
                                + ", so some requests could not be stripped; write whole segments of it");
            }
        });
        return strip;
    }

    private long body(Section route, AwsService service, PayloadMode payload) {
        Preset preset = service.preset();
        Section own = route.section("limits");
        boolean streams = payload == PayloadMode.UNSIGNED;
        long most = streams ? LimitsReader.MOST_STREAMED : LimitsReader.MOST_BODY;
        long body = own.has("body")
                ? own.size("body", LimitsReader.LEAST_BODY, most)
                : preset.maxBody(payload, limits.body());
        if (own.has("body")) {
            LimitsReader.warnOfTinyBody(own, body);
        }
        own.rejectUnknown(unknown);
        if (preset.maxBody() > 0 && body > preset.maxBody()) {
            String more = body + " bytes is more than " + preset.service() + " takes (" + preset.maxBody()
                    + "); write at most " + Units.text(preset.maxBody());
            if (service.is(AwsService.Trait.FIXED_BODY_QUOTA)) {
                own.fault("body", more);
            } else {
                own.faults().warn(own.where("body"), more);
            }
        }
        if (own.has("body") && !streams && own.sound() && body > limits.buffered()) {
            own.fault(
                    "body",
                    body + " bytes do not fit limits.buffered (" + limits.buffered()
                            + "), which holds all bodies together; lower the one or raise the other");
        }
        return body;
    }
}
