package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.Listener;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The listeners of clients, all of them at once. */
final class Listeners {
    /** For clients that were refused at the end of a drain to read so. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final List<Listener> open = new CopyOnWriteArrayList<>();

    /** What each of them was opened with. */
    private final List<ListenerConfig> opened = new CopyOnWriteArrayList<>();

    /** Makes one listener that listens. */
    @FunctionalInterface
    interface Opening {
        Listener open(ListenerConfig config) throws IOException;
    }

    /** Opens those that can be had, and returns a fault for each that cannot. */
    List<ConfigFault> open(List<ListenerConfig> configs, Opening opening) {
        List<ConfigFault> faults = new ArrayList<>();
        for (int i = 0; i < configs.size(); i++) {
            ListenerConfig config = configs.get(i);
            try {
                open.add(opening.open(config));
                opened.add(config);
            } catch (IOException e) {
                String names = "listeners[" + i + "].bind, COUNTERSIGN_LISTENERS_" + i
                        + "_BIND or --listen (of sigv4-proxy: --port)";
                faults.add(
                        config.bind() instanceof Bind.Unix
                                ? new ConfigFault(
                                        config.where(), "cannot listen on " + config.bind() + ": " + e.getMessage())
                                : BindFault.of(config.bind(), config.where(), names, e));
            }
        }
        return faults;
    }

    /** New connections are to get the TLS of that configuration, where the listener has been there all along. */
    void renew(List<ListenerConfig> configs) {
        for (ListenerConfig config : configs) {
            for (int i = 0; i < open.size(); i++) {
                if (opened.get(i).bind().equals(config.bind())) {
                    Optional<TlsGate> gate = open.get(i).tls();
                    gate.ifPresent(tls -> config.tls().ifPresent(tls::renew));
                }
            }
        }
    }

    /** When the certificate of each TLS listener ends, by its address. */
    Map<String, Instant> certificateEnds() {
        Map<String, Instant> ends = new TreeMap<>();
        for (Listener each : open) {
            each.tls()
                    .ifPresent(tls -> ends.put(
                            tls.listener(),
                            tls.tls().certificate().getNotAfter().toInstant()));
        }
        return ends;
    }

    /** Whether any listens. */
    boolean isOpen() {
        return !open.isEmpty();
    }

    /** Where the first one listens that has a TCP port. */
    InetSocketAddress address() {
        return open.stream()
                .flatMap(listener -> listener.address().stream())
                .findFirst()
                .orElseThrow();
    }

    /** All of them, as clients write them. */
    List<String> urls() {
        return open.stream().map(Listeners::url).toList();
    }

    private static String url(Listener listener) {
        return listener.address()
                .map(address -> (listener.tls().isPresent() ? "https://" : "http://")
                        + new HostPort(IpAddress.of(address.getAddress()).toString(), address.getPort()))
                .orElseGet(() -> listener.bind().toString());
    }

    /** Accepts no more connections; those that are open go on. */
    void close() {
        open.forEach(Listener::close);
    }

    /** Tells what would last beyond a drain that one has begun. */
    void announceDrain() {
        open.forEach(Listener::announceDrain);
    }

    /** Cuts what still runs. After a drain, clients that were refused just now get a moment to read so. */
    void endConnections(boolean drained) {
        open.forEach(Listener::announceEnd);
        long patience = drained ? LAST_WORDS.toNanos() : 0;
        for (long waited = 0; waited < patience && open.stream().anyMatch(Listener::hasConnections); ) {
            LockSupport.parkNanos(LOOK_NANOS);
            waited += LOOK_NANOS;
        }
        open.forEach(Listener::closeConnections);
    }
}
