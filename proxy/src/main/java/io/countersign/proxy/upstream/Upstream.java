package io.countersign.proxy.upstream;

import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One place to send to, shared by every route whose upstream is configured alike. Its identity is what pools go by, so it is
 * kept over reloads that do not change it.
 */
public final class Upstream {
    private final UpstreamConfig config;
    private final String authority;
    private final Optional<SslContext> tls;
    private final Optional<SslContext> proxyTls;
    /** Idle connections over all event loops. */
    final AtomicInteger idle = new AtomicInteger();

    /**
     * Of each upstream, since one count for all would give the addresses of two that take turns an uneven share; over all event loops; from
     * anywhere, so that the proxies of a fleet that starts at once do not all begin with the same address.
     */
    private final AtomicInteger turn =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1 << 16));

    private final RecentHosts<Upstream> hosts = new RecentHosts<>(this::make, Upstream::retire);

    private volatile boolean retired;

    Upstream(UpstreamConfig config, Optional<SslContext> tls) {
        this(config, tls, Optional.empty());
    }

    /** @param proxyTls for the proxy on the way, if it is spoken to over TLS */
    Upstream(UpstreamConfig config, Optional<SslContext> tls, Optional<SslContext> proxyTls) {
        this.config = config;
        this.authority = config.authority();
        this.tls = tls;
        this.proxyTls = proxyTls;
    }

    public UpstreamConfig config() {
        return config;
    }

    /** Host, and port where it is not the scheme's, as they stand in Host. */
    public String authority() {
        return authority;
    }

    Optional<SslContext> tls() {
        return tls;
    }

    /** Of the connection to the proxy on the way. */
    Optional<SslContext> proxyTls() {
        return proxyTls;
    }

    /**
     * The upstream of a host, where each request says where it goes: the same for the same host, until too many others
     * have been named since. Safe from any thread.
     *
     * @param host lower case; whoever calls has made sure that it is one of AWS
     */
    public Upstream at(String host) {
        return hosts.at(host);
    }

    /** Which of its addresses is tried first: counts up from one attempt to connect to the next. Safe from any thread. */
    int nextTurn() {
        return turn.getAndIncrement();
    }

    private Upstream make(String host) {
        return new Upstream(config.at(host), tls, proxyTls);
    }

    /** After a reload that no longer has it: connections end with their exchange instead of going back to a pool. */
    void retire() {
        retired = true;
        hosts.retire();
    }

    /** Whether its connections are no longer kept. */
    public boolean isRetired() {
        return retired;
    }

    @Override
    public String toString() {
        return config.isByRequest() ? "what each request chooses" : config.url();
    }
}
