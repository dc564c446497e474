package io.countersign.proxy.listen.tls;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.TlsClient;

/** TLS of one running listener: what is in force for new connections, and where their handshakes are counted. Safe from any thread. */
public final class TlsGate {
    private final String listener;
    private final Handshakes handshakes;
    private final TlsFailures failures;
    private volatile ServerTls tls;

    /** @param listener its address, for the log */
    public TlsGate(String listener, ServerTls tls, Handshakes handshakes, TlsFailures failures) {
        this.listener = listener;
        this.tls = tls;
        this.handshakes = handshakes;
        this.failures = failures;
    }

    /** In force for new connections, and for what is asked of a certificate at each request. */
    public ServerTls tls() {
        return tls;
    }

    /** What is known of a client that comes now, before its handshake. */
    public TlsClient arriving() {
        return tls.clientAuth() == ClientAuth.REQUIRED ? TlsClient.toBeAsked() : TlsClient.notAsked();
    }

    /** From now on that is in force. The same again keeps the sessions that clients resume. */
    public void renew(ServerTls next) {
        if (!next.equals(tls)) {
            tls = next;
        }
    }

    /** The listener's address. */
    public String listener() {
        return listener;
    }

    Handshakes handshakes() {
        return handshakes;
    }

    void failed(Caller caller, TlsFailure why, Throwable cause, long nowNanos) {
        failures.failed(listener, caller, why, cause, nowNanos);
    }
}
