package io.countersign.cli.check;

import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.net.Destination;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.StringJoiner;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Tries a route's upstream as the route would, by name, TCP and TLS, and sends nothing. */
final class UpstreamCheck {
    private static final Duration SOON = Duration.ofDays(14);

    /** From the name's addresses to the end of the handshake. */
    private static final Duration WHOLE = Duration.ofSeconds(30);

    private final Clock clock;
    private final Duration whole;

    UpstreamCheck(Clock clock) {
        this(clock, WHOLE);
    }

    /** @param whole that one upstream may take */
    UpstreamCheck(Clock clock, Duration whole) {
        this.clock = clock;
        this.whole = whole;
    }

    Finding run(RouteConfig route) {
        return InTime.within(
                whole,
                () -> tried(route),
                () -> Finding.wrong(
                        "route " + route.name(),
                        route.upstream().address() + " was not reached within " + whole.toSeconds()
                                + " s: what answers there is not the upstream, or too slow"));
    }

    private Finding tried(RouteConfig route) {
        String about = "route " + route.name();
        UpstreamConfig upstream = route.upstream();
        if (route.sending().choice().isPresent() && upstream.connect().isEmpty()) {
            return Finding.good(about, "sends where each request says, so there is no upstream to try");
        }
        HostPort to = upstream.address();
        int limit = Math.toIntExact(
                route.delivery().timeouts().connection().connect().toMillis());
        if (upstream.proxy().isPresent()) {
            return tunnelled(about, upstream, upstream.proxy().get(), limit);
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(to.host());
        } catch (UnknownHostException e) {
            return Finding.wrong(
                    about,
                    to.host() + " resolves to no address: check the name, and this machine's DNS"
                            + (upstream.connect().isPresent() ? " (upstream.connect)" : ""));
        }
        Destination destination = upstream.destination();
        StringJoiner refused = new StringJoiner("; ");
        for (InetAddress address : addresses) {
            if (!destination.permits(address)) {
                refused.add(address.getHostAddress() + ": the proxy sends nothing there, since " + to.host()
                        + " leads to it, " + destination.reason(address));
                continue;
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, to.port()), limit);
                socket.setSoTimeout(limit);
                String where = to + " (" + address.getHostAddress() + ")";
                return upstream.tls()
                        ? handshake(about, where, upstream, socket)
                        : Finding.good(about, where + " answers by plain HTTP, without TLS");
            } catch (IOException e) {
                refused.add(address.getHostAddress() + ": " + UpstreamSocket.words(e));
            }
        }
        return Finding.wrong(
                about,
                to + " takes no connection (" + refused
                        + "): check security groups, routing and, for a private API, the VPC endpoint");
    }

    private Finding tunnelled(String about, UpstreamConfig upstream, EgressProxy proxy, int limit) {
        String where = upstream.address() + " (through the proxy " + proxy + ")";
        try (Socket socket = UpstreamSocket.tunnel(upstream, proxy, limit)) {
            return handshake(about, where, upstream, socket);
        } catch (IOException e) {
            return Finding.wrong(about, upstream.address() + " takes no connection: " + UpstreamSocket.words(e));
        }
    }

    private Finding handshake(String about, String where, UpstreamConfig upstream, Socket socket) throws IOException {
        String name = upstream.tlsName();
        Trust trust;
        SSLSocket layered;
        try {
            trust = new Trust(upstream.transport());
            layered = UpstreamSocket.layered(socket, upstream, trust, false);
        } catch (GeneralSecurityException e) {
            return Finding.wrong(about, "tls.ca cannot be used: " + UpstreamSocket.words(e));
        }
        try (SSLSocket secure = layered) {
            secure.startHandshake();
            return trusted(
                    about,
                    where + " answers by " + secure.getSession().getProtocol(),
                    name,
                    trust.seen().orElseThrow());
        } catch (SSLException e) {
            return Finding.wrong(
                    about,
                    where + ": TLS with the name " + name + " fails: " + UpstreamSocket.words(e)
                            + trust.seen().map(this::described).orElse(""));
        }
    }

    private Finding trusted(String about, String answer, String name, X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        Duration left = Duration.between(clock.instant(), end);
        return left.compareTo(SOON) < 0
                ? Finding.wrong(
                        about,
                        answer + ", but its certificate for " + name + " expires in " + Span.of(left) + " (" + end
                                + ")")
                : Finding.good(about, answer + ", certificate for " + name + " good for another " + Span.of(left));
    }

    private String described(X509Certificate certificate) {
        StringJoiner names = new StringJoiner(", ");
        try {
            if (certificate.getSubjectAlternativeNames() != null) {
                certificate.getSubjectAlternativeNames().forEach(name -> names.add(String.valueOf(name.get(1))));
            }
        } catch (CertificateParsingException e) {
            names.add("names that cannot be read");
        }
        boolean over = clock.instant().isAfter(certificate.getNotAfter().toInstant());
        return "; its certificate is for " + (names.length() == 0 ? "no name" : names) + ", by "
                + certificate.getIssuerX500Principal().getName() + (over ? ", expired on " : ", good until ")
                + certificate.getNotAfter().toInstant()
                + ": set upstream.sni to one of its names, or tls.ca to its authority";
    }
}
