package io.countersign.proxy.upstream;

import io.countersign.proxy.egress.EgressProxy;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/** What went wrong while connecting, in words for the client and the log. */
final class ConnectFaults {
    /** The alert of RFC 7301 section 3.2, as the JDK spells it. */
    private static final String NO_PROTOCOL = "no_application_protocol";

    /** {@code EAI_AGAIN} of the system's resolver in the words of glibc and of musl, which is all that the JDK passes on of it. */
    private static final List<String> TRY_AGAIN = List.of("Temporary failure in name resolution", "Try again");

    private ConnectFaults() {}

    static UpstreamFault unresolved(Upstream upstream, String host, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof Resolver.ProhibitedException) {
            return fault(UpstreamFault.Kind.IP_PROHIBITED, upstream, cause.getMessage());
        }
        boolean unknown = cause instanceof UnknownHostException && !isOfServers(cause);
        String why = unknown ? "is not known" : "cannot be resolved";
        return fault(UpstreamFault.Kind.DNS_ERROR, upstream, "the name " + host + " " + why);
    }

    /** Whether no server answered, or none could: it says nothing of the name. */
    private static boolean isOfServers(Throwable unresolved) {
        String words = String.valueOf(unresolved.getMessage());
        if (TRY_AGAIN.stream().anyMatch(words::endsWith)) {
            return true;
        }
        for (Throwable cause = unresolved.getCause(); cause != null; cause = cause.getCause()) {
            boolean failed = cause instanceof DnsErrorCauseException said
                    && !said.getCode().equals(DnsResponseCode.NXDOMAIN);
            if (failed || cause instanceof DnsNameResolverException) {
                return true;
            }
        }
        return false;
    }

    static UpstreamFault notResolvedInTime(Upstream upstream, String host, Duration limit) {
        return fault(
                UpstreamFault.Kind.DNS_TIMEOUT,
                upstream,
                "no address for " + host + " within " + limit.toMillis() + " ms");
    }

    static UpstreamFault notConnectedInTime(Upstream upstream, InetSocketAddress address, Duration limit) {
        return fault(
                UpstreamFault.Kind.CONNECTION_TIMEOUT,
                upstream,
                "no connection to " + text(address) + " within " + limit.toMillis() + " ms");
    }

    static UpstreamFault notConnected(Upstream upstream, InetSocketAddress address, Throwable cause) {
        String why =
                "no connection to " + text(address) + " (" + cause.getClass().getSimpleName() + ")";
        if (cause instanceof NoRouteToHostException) {
            why = "no route to " + text(address);
        } else if (cause instanceof ConnectException) {
            why = text(address) + " refuses connections";
        }
        return fault(UpstreamFault.Kind.CONNECTION_REFUSED, upstream, why);
    }

    static UpstreamFault noTunnelInTime(Upstream upstream, Duration limit) {
        return fault(
                UpstreamFault.Kind.CONNECTION_TIMEOUT,
                upstream,
                "the proxy opened no tunnel within " + limit.toMillis()
                        + " ms: it may not reach the upstream, or wait for it longer than timeouts.connect");
    }

    static UpstreamFault noTunnel(Upstream upstream, Throwable cause) {
        return cause instanceof TunnelHandler.RefusedException refused
                ? fault(refused.kind(), upstream, refused.getMessage())
                : fault(
                        UpstreamFault.Kind.EGRESS_REFUSED,
                        upstream,
                        "the connection to the proxy broke (" + cause.getClass().getSimpleName() + ")");
    }

    /** @param proxys whether it was TLS with the proxy, and not with the upstream */
    static UpstreamFault noTls(Upstream upstream, InetSocketAddress address, boolean proxys, Throwable cause) {
        UpstreamConfig config = upstream.config();
        Optional<EgressProxy> proxy = config.proxy();
        String name =
                proxy.filter(any -> proxys).map(any -> any.server().host()).orElseGet(config::tlsName);
        String peer =
                proxy.isEmpty() || proxys ? text(address) : config.address().toString();
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return fault(
                        UpstreamFault.Kind.TLS_CERTIFICATE,
                        upstream,
                        "the certificate of " + peer + " is not good for " + name + ": " + t.getMessage());
            }
        }
        if (cause instanceof NotSslRecordException || cause.getCause() instanceof NotSslRecordException) {
            // Its message has all that was received, in hexadecimal.
            return fault(
                    UpstreamFault.Kind.TLS_PROTOCOL, upstream, "no TLS with " + peer + ": what it sent is not TLS");
        }
        Optional<String> refusal = proxys ? Optional.empty() : ClientCertificates.refusal(upstream, cause);
        if (refusal.isPresent()) {
            return fault(UpstreamFault.Kind.TLS_PROTOCOL, upstream, "no TLS with " + peer + ", which " + refusal.get());
        }
        String why = cause instanceof SSLException ? String.valueOf(cause.getMessage()) : "the connection was closed";
        if (why.contains(NO_PROTOCOL)) {
            return fault(
                    UpstreamFault.Kind.TLS_PROTOCOL,
                    upstream,
                    "no TLS with " + peer + ", which doesn't speak HTTP/1.1 (its choice by ALPN)");
        }
        return fault(UpstreamFault.Kind.TLS_PROTOCOL, upstream, "no TLS with " + peer + ": " + why);
    }

    static UpstreamFault closing(Upstream upstream) {
        return fault(UpstreamFault.Kind.CONNECTION_LIMIT, upstream, "the proxy is shutting down");
    }

    private static UpstreamFault fault(UpstreamFault.Kind kind, Upstream upstream, String why) {
        String way = upstream.config()
                .proxy()
                .map(proxy -> " through the proxy " + proxy)
                .orElse("");
        return new UpstreamFault(kind, upstream + way + ": " + why);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
