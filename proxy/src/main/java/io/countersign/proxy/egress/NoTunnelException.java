package io.countersign.proxy.egress;

import java.io.IOException;

/** There is no tunnel. The words name the proxy and say why; of what was to be sent they hold host and port alone. */
public final class NoTunnelException extends IOException {
    private static final long serialVersionUID = 1;

    NoTunnelException(String message) {
        super(message);
    }

    NoTunnelException(String message, Throwable cause) {
        super(message, cause);
    }
}
