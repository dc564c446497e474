package io.countersign.proxy.upstream;

import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One place to send to, shared by every route whose upstream is configured alike. Its identity is what pools go by, so it is
 * kept over reloads that do not change it.
 */
public final class Upstream {
    private final UpstreamConfig config;
    private final Optional<SslContext> tls;
    /** Idle connections over all event loops. */
    final AtomicInteger idle = new AtomicInteger();

    private volatile boolean retired;

    Upstream(UpstreamConfig config, Optional<SslContext> tls) {
        this.config = config;
        this.tls = tls;
    }

    public UpstreamConfig config() {
        return config;
    }

    /** Host, and port where it is not the scheme's, as they stand in Host. */
    public String authority() {
        return config.authority();
    }

    Optional<SslContext> tls() {
        return tls;
    }

    /** After a reload that no longer has it: connections end with their exchange instead of going back to a pool. */
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    @Override
    public String toString() {
        return (config.tls() ? "https://" : "http://") + config.authority() + config.basePath();
    }
}
