package io.countersign.proxy.upstream;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/** What went wrong while connecting, in words for the client and the log. */
final class ConnectFaults {
    private ConnectFaults() {}

    static UpstreamFault unresolved(Upstream upstream, String host, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof Resolver.ProhibitedException) {
            return fault(UpstreamFault.Kind.IP_PROHIBITED, upstream, cause.getMessage());
        }
        String why = cause instanceof UnknownHostException ? "is not known" : "cannot be resolved";
        return fault(UpstreamFault.Kind.DNS_ERROR, upstream, "the name " + host + " " + why);
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

    static UpstreamFault noTls(Upstream upstream, InetSocketAddress address, Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return fault(
                        UpstreamFault.Kind.TLS_CERTIFICATE,
                        upstream,
                        "the certificate of " + text(address) + " is not good for "
                                + upstream.config().tlsName() + ": " + t.getMessage());
            }
        }
        String why = cause instanceof SSLException ? String.valueOf(cause.getMessage()) : "the connection was closed";
        return fault(UpstreamFault.Kind.TLS_PROTOCOL, upstream, "no TLS with " + text(address) + ": " + why);
    }

    static UpstreamFault closing(Upstream upstream) {
        return fault(UpstreamFault.Kind.CONNECTION_LIMIT, upstream, "the proxy is shutting down");
    }

    private static UpstreamFault fault(UpstreamFault.Kind kind, Upstream upstream, String why) {
        return new UpstreamFault(kind, upstream + ": " + why);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
