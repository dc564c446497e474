package io.countersign.proxy.admin;

import io.countersign.proxy.admin.http.HttpServer;
import io.countersign.proxy.admin.http.RequestGuard;
import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.admin.http.ServerBounds;
import io.countersign.proxy.admin.probe.Probes;
import io.countersign.proxy.limit.SideConnections;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Serves {@code /livez}, {@code /readyz} and {@code /metrics}, so that it may listen on a pod's address; on loopback also
 * {@code /rejections}. GET and HEAD only: what controls the process has an address of its own, never this one.
 */
public final class AdminServer implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final HttpServer server;
    private final Probes probes;

    private AdminServer(HttpServer server, Probes probes) {
        this.server = server;
        this.probes = probes;
    }

    /**
     * Listens once it returns; closes the probes when it is closed.
     *
     * @param group may be the proxy's own: only short work is done on it
     * @param limits how many connections there may be, in force at a moment
     * @param allowedHosts names that a request's Host may have, in force at a moment; addresses and localhost always may
     * @throws IOException when the address cannot be bound
     */
    public static AdminServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            Supplier<SideConnections> limits,
            Supplier<Set<String>> allowedHosts,
            Probes probes)
            throws IOException {
        return start(group, bind, bounds(limits, DEADLINE), allowedHosts, probes);
    }

    static ServerBounds bounds(Supplier<SideConnections> limits, Duration deadline) {
        return new ServerBounds(
                () -> limits.get().admin(),
                () -> limits.get().adminPages(),
                () -> 0,
                SideConnections.ADMIN_HEAD,
                SideConnections.ADMIN_FIELDS,
                deadline);
    }

    static AdminServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            ServerBounds bounds,
            Supplier<Set<String>> allowedHosts,
            Probes probes)
            throws IOException {
        boolean loopback = bind.getAddress() != null && bind.getAddress().isLoopbackAddress();
        List<Resource> pages = readOnly(probes.pages(loopback));
        RequestGuard guard = new RequestGuard(allowedHosts, "admin.allowed-hosts", RequestGuard.Pages.NONE);
        try {
            return new AdminServer(HttpServer.start(group, bind, bounds, guard, pages), probes);
        } catch (IOException e) {
            probes.close();
            throw e;
        }
    }

    /** A mistake here would let anyone who may probe the proxy control it. */
    static List<Resource> readOnly(List<Resource> pages) {
        for (Resource page : pages) {
            if (!page.methods().equals(Set.of(HttpMethod.GET)) || page.maxBody() > 0 || page.isStream()) {
                throw new IllegalArgumentException(page.path() + " is not read only");
            }
        }
        return pages;
    }

    /** Where it listens; the port is the true one even when any was asked for. */
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
        probes.close();
    }
}
