package io.countersign.proxy.upstream;

import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.net.Pem;
import io.countersign.proxy.secrets.Quoted;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads where a route sends: a URL alone, or an object of the URL and how to reach it. */
public final class UpstreamReader {
    private static final Pattern URL =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\\?[^#]*)?(#.*)?");

    private final ReferredFiles referred;
    private final UnknownKeys unknown;

    public UpstreamReader(ReferredFiles referred, UnknownKeys unknown) {
        this.referred = referred;
        this.unknown = unknown;
    }

    /** Empty after a fault. */
    public Optional<UpstreamConfig> read(Section route) {
        Section tls = route.section("tls");
        Optional<Path> ca = tls.text("ca").flatMap(setting -> certificates(tls, setting));
        tls.rejectUnknown(unknown);
        if (!route.has("upstream")) {
            route.fault(
                    "upstream",
                    "is missing; set the URL that requests go to, such as"
                            + " \"https://abc123.execute-api.us-east-1.amazonaws.com/prod\"");
            return Optional.empty();
        }
        if (!route.isObject("upstream")) {
            return route.parsed("upstream", text -> parse(text, ca));
        }
        Section upstream = route.section("upstream");
        Optional<UpstreamConfig> config = upstream.parsed("url", text -> parse(text, ca));
        if (!upstream.has("url")) {
            upstream.fault("url", "is missing; set the URL that requests go to");
        }
        if (config.isPresent()) {
            config = config.map(plain -> reachedBy(upstream, plain));
            upstream.rejectUnknown(unknown);
        }
        return upstream.sound() ? config : Optional.empty();
    }

    private static UpstreamConfig reachedBy(Section upstream, UpstreamConfig plain) {
        Optional<HostPort> connect = upstream.parsed("connect", text -> Hosts.hostPort(text, 1, plain.port()));
        Optional<String> sni = upstream.parsed("sni", Hosts::host);
        // The port belongs to the field as it is sent, so it stays in the text.
        Optional<String> host = upstream.parsed(
                "host",
                text -> Hosts.hostPort(text, 1, 0).port() == 0 ? Hosts.host(text) : text.toLowerCase(Locale.ROOT));
        connect.filter(to -> Hosts.isForbidden(to.host()))
                .ifPresent(to -> upstream.fault("connect", forbidden(to.host())));
        if (!plain.tls()
                && connect.isPresent()
                && !Hosts.isLoopback(connect.get().host())) {
            upstream.fault("connect", connect.get() + " is not loopback, and the URL is http; write an https URL");
        }
        sni.filter(Hosts::isLiteral)
                .ifPresent(
                        name -> upstream.fault(
                                "sni",
                                name
                                        + " is an address; TLS asks for names alone (RFC 6066 section 3), so write the name in the certificate"));
        return new UpstreamConfig(plain.tls(), plain.server(), plain.basePath(), connect, sni, host, plain.ca());
    }

    /** Throws with the reason; the text is quoted only once it is known to hold no password. */
    private static UpstreamConfig parse(String text, Optional<Path> ca) {
        Matcher url = URL.matcher(text);
        if (text.contains("@")) {
            throw new IllegalArgumentException("the URL has a user name in it (\"@\"); take it out, since requests are"
                    + " signed with the route's credentials");
        }
        if (!url.matches()) {
            throw new IllegalArgumentException(Quoted.of(text) + " is no URL; write one such as https://host/stage");
        }
        String scheme = url.group(1).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException(Quoted.of(text) + " is neither https nor http; write https://...");
        }
        if (url.group(4) != null || url.group(5) != null) {
            throw new IllegalArgumentException(Quoted.of(text) + " has a query or fragment; take it out, since the"
                    + " caller's own query is sent");
        }
        boolean tls = scheme.equals("https");
        HostPort to = Hosts.hostPort(url.group(2), 1, tls ? 443 : 80);
        if (!tls && !Hosts.isLoopback(to.host())) {
            throw new IllegalArgumentException(Quoted.of(text) + " is http, which would send the signature and the"
                    + " session token in the clear; write https:// (http is for localhost, 127.x.x.x and [::1] alone)");
        }
        if (Hosts.isForbidden(to.host())) {
            throw new IllegalArgumentException(forbidden(to.host()));
        }
        return new UpstreamConfig(
                tls, to, basePath(url.group(3)), Optional.empty(), Optional.empty(), Optional.empty(), ca);
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

    private Optional<Path> certificates(Section tls, Setting setting) {
        Path file = referred.path(setting);
        Optional<String> text = referred.read(setting, file);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] pem = text.get().getBytes(StandardCharsets.UTF_8);
            if (Pem.certificates(pem).isEmpty()) {
                tls.fault("ca", file + " holds no certificate; name a PEM file with the authorities to trust");
            }
        } catch (CertificateException e) {
            tls.fault("ca", file + " is no PEM file of certificates; name one with BEGIN CERTIFICATE in it");
        }
        return Optional.of(file);
    }
}
