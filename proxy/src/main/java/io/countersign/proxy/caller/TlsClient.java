package io.countersign.proxy.caller;

import java.util.Optional;

/**
 * That a connection came by TLS, and what certificate its client has shown.
 *
 * @param certificate verified in the handshake; empty unless {@code asked} is {@link Asked#YES}, and then too where a client may have none
 */
public record TlsClient(Asked asked, Optional<ClientCertificate> certificate) {
    /** Whether the listener has asked for a certificate. */
    public enum Asked {
        NO,
        /** It will, and there is no connection without a good one: the handshake is still to come. */
        TO_BE,
        YES
    }

    /** Before the handshake, on a listener that requires certificates. */
    public static TlsClient toBeAsked() {
        return new TlsClient(Asked.TO_BE, Optional.empty());
    }

    /** On a listener that does not ask. */
    public static TlsClient notAsked() {
        return new TlsClient(Asked.NO, Optional.empty());
    }

    /** After the handshake, on a listener that asks. */
    public static TlsClient asked(Optional<ClientCertificate> shown) {
        return new TlsClient(Asked.YES, shown);
    }
}
