package io.countersign.proxy.upstream;

import io.countersign.proxy.net.PemIdentity;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What an upstream means that ends TLS for want of a client certificate, or because of the one that it got. */
public final class ClientCertificates {
    /** Alerts of RFC 8446 section 6.2, as the JDK spells them; a server that needs a certificate sends handshake_failure in TLS 1.2. */
    private static final Pattern ALERT = Pattern.compile("(?s).*received fatal alert: (certificate_required"
            + "|bad_certificate|unsupported_certificate|certificate_unknown|certificate_expired|certificate_revoked"
            + "|unknown_ca|access_denied|handshake_failure).*");

    private ClientCertificates() {}

    /**
     * In words, as a predicate; empty where TLS ended for another reason. In TLS 1.3 the alert comes after the handshake, and so in
     * place of the first response.
     */
    public static Optional<String> refusal(Upstream upstream, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException && cause.getMessage() != null) {
                var alert = ALERT.matcher(cause.getMessage().toLowerCase(Locale.ROOT));
                if (alert.matches()) {
                    return Optional.of(words(upstream, alert.group(1)));
                }
            }
        }
        return Optional.empty();
    }

    private static String words(Upstream upstream, String alert) {
        Optional<PemIdentity> own = upstream.config().transport().identity();
        if (own.isEmpty()) {
            return "ended TLS (" + alert + ")"
                    + (alert.equals("certificate_required") ? ": it wants" : ": it may want")
                    + " a client certificate; set tls.certificate and tls.key of the route";
        }
        return "ended TLS (" + alert + "), though it was offered the certificate of "
                + own.get().certificate().getSubjectX500Principal() + " (until "
                + own.get().certificate().getNotAfter().toInstant()
                + "): it may not trust who issued it, or expect another; see tls.certificate of the route";
    }
}
