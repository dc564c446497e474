package io.countersign.proxy.listen.tls;

import java.util.Locale;

/** Why a client got no TLS connection. */
public enum TlsFailure {
    NO_CERTIFICATE("the client has no certificate, and client-auth is required"),
    UNTRUSTED("the client's certificate is not trusted"),
    EXPIRED("the client's certificate is expired or not valid yet"),
    REVOKED("the client's certificate is revoked"),
    REVOCATION_UNKNOWN("there is no revocation list of the client's issuer, or only one that has ended"),
    NO_HTTP_1_1("the client offers other protocols than http/1.1 (ALPN)"),
    NO_COMMON_VERSION("the client offers no TLS version, cipher or signature that is accepted here"),
    REFUSED_BY_CLIENT("the client does not accept this listener's certificate, or broke off with an alert"),
    PLAIN_HTTP("the client sent plain HTTP to a TLS listener"),
    TIMEOUT("the handshake took too long"),
    GAVE_WAY("the handshake gave way to another one, since too many were under way"),
    CLOSED("the client closed the connection within the handshake"),
    BROKEN("what the client sent is not TLS, or is broken");

    private final String label;
    private final String what;

    TlsFailure(String what) {
        this.label = name().toLowerCase(Locale.ROOT);
        this.what = what;
    }

    /** As in metrics. */
    public String label() {
        return label;
    }

    /** In words. */
    public String what() {
        return what;
    }
}
