package io.countersign.proxy;

import io.countersign.proxy.accesslog.AccessLog;
import io.countersign.proxy.admin.AdminConfig;
import io.countersign.proxy.admin.AdminServer;
import io.countersign.proxy.admin.probe.Probes;
import io.countersign.proxy.admin.probe.Readiness;
import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.exchange.Observers;
import io.countersign.proxy.exchange.Services;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.lifecycle.Drain;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.limit.Memory;
import io.countersign.proxy.limit.SideConnections;
import io.countersign.proxy.listen.Door;
import io.countersign.proxy.listen.Listener;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.logging.Logging;
import io.countersign.proxy.metrics.CredentialsState;
import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.metrics.ProxyState;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.metrics.Vitals;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.reload.Watcher;
import io.countersign.proxy.response.Explanations;
import io.countersign.proxy.route.RouteSigning;
import io.countersign.proxy.route.Snapshot;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.TlsThreads;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole proxy: what it is made of, in the order in which it starts; it stops in the opposite one.
 *
 * <p>Configuration, credentials, event loops, admin, listeners: so that nothing is let in before there is something to serve
 * it with, and probes answer first and last.
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
    private static final Duration LAST_WORDS = Duration.ofMillis(500);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Clock clock = Clock.systemUTC();
    private final ProxyConfig startedWith;
    private final AtomicReference<Snapshot> snapshot = new AtomicReference<>();
    private volatile ProxyConfig config;
    private final Lifecycle lifecycle = new Lifecycle();
    private final Resolver resolver = new Resolver();
    private final TlsThreads tlsThreads = new TlsThreads();
    private final SnapshotFactory factory = new SnapshotFactory(clock, Environment.ofProcess());
    private final RecentRejections rejections = new RecentRejections();
    private final Explanations explanations = new Explanations(rejections);
    private final Via via =
            new Via("countersign-" + UUID.randomUUID().toString().substring(0, 8));
    /** The core plugs no further guards in. */
    private final Admission admission = new Admission(via, List.of(), clock);

    private final Budget bodies;
    private final Budget inFlight;
    private final Budget lasting;
    private final Door door;
    private final UpstreamPools pools;
    private final AccessLog accessLog;
    private final Metrics metrics;
    private final EventLoops loops;
    private final Watcher watcher;
    private final List<Listener> listeners = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean drained;
    private AdminServer admin;

    /**
     * Reads the configuration, checks that it fits the machine, and listens.
     *
     * @throws StartFailure with every fault that was found; nothing runs then
     */
    public static ProxyServer start(ConfigSource source) throws StartFailure {
        LoadResult result = source.load();
        if (result instanceof LoadResult.Faulty faulty) {
            throw new StartFailure(faulty.faults());
        }
        LoadResult.Loaded loaded = (LoadResult.Loaded) result;
        ProxyServer server = new ProxyServer(source, loaded);
        try {
            server.listen(loaded.config());
            return server;
        } catch (StartFailure | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private ProxyServer(ConfigSource source, LoadResult.Loaded loaded) throws StartFailure {
        ProxyConfig config = loaded.config();
        startedWith = config;
        Logging.configure(config.log());
        Memory memory = Memory.ofProcess();
        checkMemory(config, memory);
        loaded.warnings().forEach(warning -> LOG.warn("configuration: {}", warning));
        LOG.info("limits: {}; {}", config.limits().plan(config.eventLoops()), memory);
        snapshot.set(factory.compile(config));
        this.config = config;
        bodies = Budget.ofBytes(config.limits().buffered(), maxWaiting(config));
        inFlight = Budget.ofPlaces(config.limits().inFlight(), maxWaiting(config));
        lasting = Budget.ofPlaces(Math.max(1, config.limits().inFlight() / 4), 0);
        door = new Door(
                () -> snapshot.get().access().rules(),
                () -> snapshot.get().limits().connections());
        pools = new UpstreamPools(PoolLimits.of(config.limits().inFlight()));
        accessLog = new AccessLog(Logging.access(), config.log(), clock);
        metrics = new Metrics(Version.TEXT, state(), clock);
        metrics.watchConnections(door::refusals, door::displaced);
        loops = new EventLoops(config.eventLoops());
        Observers observers = new Observers(accessLog, metrics);
        loops.equip(loop -> services(loop, observers));
        watcher = new Watcher(source, loaded, this::reloaded);
    }

    /** Better to refuse than to be killed under load. */
    private static void checkMemory(ProxyConfig config, Memory memory) throws StartFailure {
        Optional<String> misfit = config.limits().plan(config.eventLoops()).misfit(memory);
        if (misfit.isPresent()) {
            throw new StartFailure(List.of(new ConfigFault("limits", misfit.get())));
        }
    }

    /** Twice what can be at work: whoever comes after those would hardly have its turn in time. */
    private static int maxWaiting(ProxyConfig config) {
        return 2 * config.limits().inFlight();
    }

    private Services services(EventLoop loop, Observers observers) {
        return new Services(
                snapshot::get,
                admission,
                bodies,
                inFlight,
                lasting,
                pools.add(loop, new Connector(loop, resolver, tlsThreads, Http1Connection::new)),
                new Signers(),
                observers,
                explanations,
                lifecycle,
                clock,
                via);
    }

    private void listen(ProxyConfig config) throws StartFailure {
        List<ConfigFault> faults = new ArrayList<>();
        AdminConfig adminConfig = config.admin();
        try {
            admin = AdminServer.start(
                    loops.group(),
                    address(adminConfig.bind()),
                    () -> new SideConnections(snapshot.get().limits().connections()),
                    () -> this.config.admin().allowedHosts(),
                    new Probes(readiness(), metrics.exposition(), this::routeReports));
        } catch (IOException e) {
            String names = "admin.bind, COUNTERSIGN_ADMIN_BIND or --admin";
            faults.add(BindFault.of(adminConfig.bind(), adminConfig.where(), names, e));
        }
        for (int i = 0; i < config.listeners().size(); i++) {
            ListenerConfig listener = config.listeners().get(i);
            try {
                listeners.add(listen(listener));
            } catch (IOException e) {
                String names = "listeners[" + i + "].bind, COUNTERSIGN_LISTENERS_" + i + "_BIND or --listen";
                faults.add(BindFault.of(listener.bind(), listener.where(), names, e));
            }
        }
        if (!faults.isEmpty()) {
            throw new StartFailure(StartFailure.Cause.ENVIRONMENT, faults);
        }
        watcher.start();
        loops.group().next().scheduleAtFixedRate(accessLog::summarise, 1, 1, TimeUnit.MINUTES);
        long storms = RouteHealth.INTERVAL.toSeconds();
        loops.group().next().scheduleAtFixedRate(this::reportStorms, storms, storms, TimeUnit.SECONDS);
    }

    private void reportStorms() {
        explanations.report(snapshot.get().routes().routes());
    }

    private Listener listen(ListenerConfig listener) throws IOException {
        return Listener.start(
                loops.group(),
                address(listener.bind()),
                door,
                (channel, arrival) -> Pipelines.client(
                        channel.pipeline(),
                        arrival,
                        loops.of(channel.eventLoop()),
                        listener,
                        snapshot.get().limits()));
    }

    private static InetSocketAddress address(HostPort bind) {
        return new InetSocketAddress(bind.host(), bind.port());
    }

    /** On the watcher's thread. */
    private void reloaded(LoadResult result) {
        if (result instanceof LoadResult.Faulty faulty) {
            metrics.reloaded(false);
            faulty.faults().forEach(fault -> LOG.error("configuration not taken: {}", fault));
            return;
        }
        LoadResult.Loaded loaded = (LoadResult.Loaded) result;
        try {
            checkMemory(loaded.config(), Memory.ofProcess());
            snapshot.set(factory.compile(loaded.config()));
            List<String> changes = ConfigChanges.between(config, loaded.config());
            config = loaded.config();
            Logging.configure(loaded.config().log());
            accessLog.configure(loaded.config().log());
            loops.dropRetiredConnections();
            metrics.reloaded(true);
            loaded.warnings().forEach(warning -> LOG.warn("configuration: {}", warning));
            LOG.info(
                    "configuration taken: {} routes; {}",
                    loaded.config().routes().size(),
                    changes.isEmpty() ? "no change" : String.join(", ", changes));
            NeedsRestart.between(startedWith, loaded.config())
                    .forEach(key -> LOG.warn("configuration: a change of {} takes effect after a restart", key));
        } catch (StartFailure e) {
            metrics.reloaded(false);
            e.faults().forEach(fault -> LOG.error("configuration not taken: {}", fault));
        } catch (RuntimeException e) {
            metrics.reloaded(false);
            LOG.error("configuration not taken, by a fault of our own", e);
        }
    }

    private ProxyState state() {
        return new ProxyState(
                () -> new Vitals(
                        door.open(),
                        (int) inFlight.used(),
                        bodies.waiting() + inFlight.waiting(),
                        bodies.used(),
                        bodies.limit(),
                        pools.counts().active(),
                        pools.counts().idle(),
                        pools.counts().connecting()),
                () -> factory.credentials().status().stream()
                        .map(s -> new CredentialsState(
                                s.name(),
                                s.kind(),
                                s.usable(),
                                s.expiry().map(e -> (double) e.getEpochSecond()).orElse(Double.NaN),
                                s.lastSuccess()
                                        .map(at -> (double) at.getEpochSecond())
                                        .orElse(Double.NaN),
                                s.refreshes(),
                                s.failures()))
                        .toList(),
                factory::skews,
                () -> RouteSigning.able(snapshot.get().routes()),
                this::routeReports,
                Logging::dropped);
    }

    private List<RouteReport> routeReports() {
        return RouteReports.of(snapshot.get(), rejections);
    }

    private Readiness readiness() {
        return new Readiness() {
            @Override
            public State state() {
                if (lifecycle.phase() != Lifecycle.Phase.SERVING) {
                    return new State.NotReady("draining");
                }
                return listeners.isEmpty() ? new State.NotReady("starting") : new State.Ready();
            }

            @Override
            public Map<String, String> signing() {
                return RouteSigning.unable(snapshot.get().routes());
            }

            @Override
            public Map<String, String> refused() {
                return RouteSigning.refused(snapshot.get().routes());
            }
        };
    }

    /** Where the first listener listens. */
    public InetSocketAddress address() {
        return listeners.get(0).address();
    }

    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** The configuration in force. */
    public ProxyConfig config() {
        return config;
    }

    /** Reads the configuration anew, as SIGHUP asks; returns before it is done. */
    public void reload() {
        watcher.reloadNow();
    }

    /** Ends gently: blocks until agents have flushed, {@code drain.max} at most. {@link #close} is to follow. */
    public void drain() {
        new Drain(lifecycle, loops.group().next().ticker(), config.drain()).await();
        drained = true;
    }

    /** At once; a second time it does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        lifecycle.phase(Lifecycle.Phase.CLOSED);
        listeners.forEach(Listener::close);
        watcher.close();
        endConnections();
        if (admin != null) {
            admin.close();
        }
        loops.close();
        reportStorms();
        explanations.close();
        resolver.close();
        tlsThreads.close();
        factory.close();
        accessLog.close();
    }

    /** What still runs is cut. After a drain, clients that were refused just now get a moment to read so. */
    private void endConnections() {
        listeners.forEach(Listener::announceEnd);
        long patience = drained ? LAST_WORDS.toNanos() : 0;
        for (long waited = 0; waited < patience && listeners.stream().anyMatch(Listener::hasConnections); ) {
            LockSupport.parkNanos(LOOK_NANOS);
            waited += LOOK_NANOS;
        }
        listeners.forEach(Listener::closeConnections);
    }
}
