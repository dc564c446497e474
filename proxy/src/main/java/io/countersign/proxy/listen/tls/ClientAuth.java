package io.countersign.proxy.listen.tls;

/** Whether clients are asked for a certificate. A certificate that is not good ends the handshake, also where none is needed. */
public enum ClientAuth {
    /** They are not. */
    OFF,
    /** They are, and may have none. */
    OPTIONAL,
    /** Without one there is no connection. */
    REQUIRED
}
