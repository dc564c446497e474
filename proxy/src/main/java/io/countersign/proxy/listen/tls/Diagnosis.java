package io.countersign.proxy.listen.tls;

import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Finds out why a handshake failed. */
final class Diagnosis {
    private Diagnosis() {}

    /**
     * By what ended the handshake. The JDK has one exception for most of it, so its text decides; a text that it words anew
     * one day makes a failure less precise, not a success.
     */
    static TlsFailure of(Throwable thrown) {
        boolean untrusted = false;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateRefusal refusal) {
                return refusal.failure();
            }
            if (cause instanceof CertificateExpiredException
                    || cause instanceof CertificateNotYetValidException
                    || (cause instanceof CertPathValidatorException path
                            && path.getReason() == CertPathValidatorException.BasicReason.EXPIRED)) {
                return TlsFailure.EXPIRED;
            }
            untrusted |= cause instanceof CertificateException;
        }
        return untrusted ? TlsFailure.UNTRUSTED : byText(thrown);
    }

    private static TlsFailure byText(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedChannelException) {
                return TlsFailure.CLOSED;
            }
            if (cause instanceof SSLException && cause.getMessage() != null) {
                String text = cause.getMessage().toLowerCase(Locale.ROOT);
                if (text.contains("empty client certificate chain")) {
                    return TlsFailure.NO_CERTIFICATE;
                }
                if (text.contains("application layer protocol") || text.contains("application protocol")) {
                    return TlsFailure.NO_HTTP_1_1;
                }
                if (text.contains("in common")
                        || text.contains("protocol_version")
                        || text.contains("not accepted by server preferences")
                        || text.contains("no supported")
                        || text.contains("signature scheme")
                        || text.contains("signature algorithm")
                        || text.contains("unsupported or unrecognized ssl message version")) {
                    return TlsFailure.NO_COMMON_VERSION;
                }
                if (text.contains("received fatal alert") || text.contains("received close_notify")) {
                    return TlsFailure.REFUSED_BY_CLIENT;
                }
            }
        }
        return TlsFailure.BROKEN;
    }
}
