package io.countersign.proxy.upstream;

import io.countersign.proxy.config.IdentityReader;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.egress.EgressReader;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.secrets.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads where a route sends: a URL alone, or an object of the URL and how to reach it. */
public final class UpstreamReader {
    private static final Pattern URL =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\\?[^#]*)?(#.*)?");

    private static final String FROM_HOST = "from-host";

    private final ReferredFiles referred;
    private final TransportReader.Parts parts;
    private final UnknownKeys unknown;

    /**
     * Makes one.
     *
     * @param identities reads client certificates
     * @param egress reads how connections leave
     */
    public UpstreamReader(ReferredFiles referred, IdentityReader identities, EgressReader egress, UnknownKeys unknown) {
        this.referred = referred;
        this.parts = new TransportReader.Parts(identities, egress);
        this.unknown = unknown;
    }

    /** Whether the scope of each request's own signature says where a route sends. */
    public static boolean isFromScope(Section route) {
        return route.string("service").filter("from-scope"::equals).isPresent();
    }

    /** Empty after a fault. */
    public Optional<UpstreamConfig> read(Section route) {
        TransportReader transport = new TransportReader(referred, route, parts, unknown);
        // Read with the URL alone; without one it is not unknown.
        route.has("proxy");
        if (isFromScope(route)) {
            return fromScope(route, transport);
        }
        if (!route.has("upstream")) {
            route.fault(
                    "upstream",
                    "is missing; set the URL that requests go to, such as"
                            + " \"https://abc123.execute-api.us-east-1.amazonaws.com/prod\"");
            return Optional.empty();
        }
        if (!route.isObject("upstream")
                && route.string("upstream").filter(FROM_HOST::equals).isPresent()) {
            return Optional.of(UpstreamConfig.byRequest(transport.tls(new HostPort("*", 443)), Optional.empty()));
        }
        if (!route.isObject("upstream")) {
            return route.parsed("upstream", text -> url(text, false))
                    .map(url -> config(url, transport(url, url.server(), transport, false), Reach.DIRECT));
        }
        Section upstream = route.section("upstream");
        if (upstream.string("url").filter(FROM_HOST::equals).isPresent()) {
            return byRequest(upstream, transport, "url = from-host");
        }
        boolean plainHttp = upstream.flag("plain-http");
        Optional<Url> url = upstream.parsed("url", text -> url(text, plainHttp));
        if (!upstream.has("url")) {
            upstream.fault("url", "is missing; set the URL that requests go to");
        }
        Optional<UpstreamConfig> config = url.map(plain -> {
            Reach reach = reach(upstream, plain, plainHttp);
            return config(plain, transport(plain, reach.connect().orElse(plain.server()), transport, plainHttp), reach);
        });
        if (config.isPresent()) {
            upstream.rejectUnknown(unknown);
        }
        return upstream.sound() ? config : Optional.empty();
    }

    private Optional<UpstreamConfig> fromScope(Section route, TransportReader transport) {
        boolean isUrl = route.has("upstream") && !route.isObject("upstream");
        if (isUrl || route.section("upstream").has("url")) {
            route.fault(
                    "upstream",
                    "means nothing with service = from-scope, where the host follows from service and region; take it out, or"
                            + " write upstream { connect = \"HOST:PORT\" } for an address to connect to");
            return Optional.empty();
        }
        return byRequest(route.section("upstream"), transport, "service = from-scope");
    }

    /** @param setting that leaves the choice to each request */
    private Optional<UpstreamConfig> byRequest(Section upstream, TransportReader transport, String setting) {
        Optional<HostPort> connect = upstream.parsed("connect", text -> Hosts.hostPort(text, 1, 443));
        connect.filter(to -> Hosts.isForbidden(to.host()))
                .ifPresent(to -> upstream.fault("connect", forbidden(to.host())));
        for (String key : List.of("sni", "host", "plain-http")) {
            if (upstream.has(key)) {
                upstream.fault(
                        key,
                        "means nothing with " + setting
                                + ", since the host that a request chooses is the name for TLS and Host too; take it out");
            }
        }
        upstream.rejectUnknown(unknown);
        Transport tls = transport.tls(connect.orElse(new HostPort("*", 443)));
        return upstream.sound() ? Optional.of(UpstreamConfig.byRequest(tls, connect)) : Optional.empty();
    }

    /** @param server host and port */
    private record Url(boolean tls, HostPort server, String basePath) {}

    /** How the URL's server is reached, where that differs from what the URL says. */
    private record Reach(Optional<HostPort> connect, Optional<String> sni, Optional<String> host) {
        static final Reach DIRECT = new Reach(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static UpstreamConfig config(Url url, Transport transport, Reach reach) {
        return new UpstreamConfig(transport, url.server(), url.basePath(), reach.connect(), reach.sni(), reach.host());
    }

    private static Transport transport(Url url, HostPort address, TransportReader transport, boolean plainHttp) {
        return url.tls() ? transport.tls(address) : transport.http(address, plainHttp);
    }

    private static Reach reach(Section upstream, Url url, boolean plainHttp) {
        Optional<HostPort> connect = upstream.parsed(
                "connect", text -> Hosts.hostPort(text, 1, url.server().port()));
        Optional<String> sni = upstream.parsed("sni", Hosts::host);
        // The port belongs to the field as it is sent, so it stays in the text.
        Optional<String> host = upstream.parsed(
                "host",
                text -> Hosts.hostPort(text, 1, 0).port() == 0 ? Hosts.host(text) : text.toLowerCase(Locale.ROOT));
        connect.filter(to -> Hosts.isForbidden(to.host()))
                .ifPresent(to -> upstream.fault("connect", forbidden(to.host())));
        if (!url.tls() && connect.isPresent()) {
            String to = connect.get().host();
            if (!plainHttp && !Hosts.isLoopback(to)) {
                upstream.fault("connect", connect.get() + " is not loopback, and the URL is http; write an https URL");
            } else if (plainHttp && Hosts.isPublic(to)) {
                upstream.fault("connect", publicAddress(to));
            }
        }
        if (url.tls() && plainHttp) {
            upstream.fault("plain-http", "means nothing with an https URL; take it out");
        }
        sni.filter(Hosts::isLiteral)
                .ifPresent(
                        name -> upstream.fault(
                                "sni",
                                name
                                        + " is an address; TLS asks for names alone (RFC 6066 section 3), so write the name in the certificate"));
        return new Reach(connect, sni, host);
    }

    /** Throws with the reason; the text is quoted only once it is known to hold no password. */
    private static Url url(String text, boolean plainHttp) {
        Matcher url = URL.matcher(text);
        if (text.contains("@")) {
            throw new IllegalArgumentException("the URL has a user name in it (\"@\"); take it out, since requests are"
                    + " signed with the route's credentials");
        }
        if (!url.matches()) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not a URL; write one such as https://host/stage");
        }
        String written = url.group(1).toLowerCase(Locale.ROOT);
        // The same server: whether it is asked for WebSockets is the route's to say.
        String scheme = written.equals("wss") ? "https" : written.equals("ws") ? "http" : written;
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException(Quoted.of(text) + " is neither https nor http; write https://...");
        }
        if (url.group(4) != null || url.group(5) != null) {
            throw new IllegalArgumentException(Quoted.of(text) + " has a query or fragment; take it out, since the"
                    + " caller's own query is sent");
        }
        boolean tls = scheme.equals("https");
        HostPort to = Hosts.hostPort(url.group(2), 1, tls ? 443 : 80);
        if (!tls && !plainHttp && !Hosts.isLoopback(to.host())) {
            throw new IllegalArgumentException(Quoted.of(text) + " is http, which would send the signature and the"
                    + " session token in the clear; write https:// (http is for localhost, 127.x.x.x and [::1], and for"
                    + " private addresses with upstream.plain-http)");
        }
        if (!tls && plainHttp && Hosts.isPublic(to.host())) {
            throw new IllegalArgumentException(publicAddress(to.host()));
        }
        if (Hosts.isForbidden(to.host())) {
            throw new IllegalArgumentException(forbidden(to.host()));
        }
        return new Url(tls, to, basePath(url.group(3)));
    }

    private static String publicAddress(String host) {
        return host + " is a public address, and plain-http is for private ones alone; write an https URL";
    }

    private static String forbidden(String host) {
        return host
                + " is a link-local, metadata, unspecified or multicast address (or embeds one), where credentials are"
                + " handed out and no API is served; write the API's host";
    }

    private static String basePath(String path) {
        String fault = PathChecks.fault(path);
        if (fault != null) {
            throw new IllegalArgumentException("the URL's path " + Quoted.of(path) + " " + fault);
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
