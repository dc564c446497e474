package io.countersign.proxy;

import io.countersign.proxy.accesslog.AccessLog;
import io.countersign.proxy.admin.AdminConfig;
import io.countersign.proxy.admin.AdminServer;
import io.countersign.proxy.admin.probe.Probes;
import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.dispatch.Dispatcher;
import io.countersign.proxy.exchange.Front;
import io.countersign.proxy.exchange.Http2Clients;
import io.countersign.proxy.exchange.Observers;
import io.countersign.proxy.exchange.Phases;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.lifecycle.Drain;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.limit.Memory;
import io.countersign.proxy.limit.SideConnections;
import io.countersign.proxy.listen.Door;
import io.countersign.proxy.listen.Listener;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.lockout.RecentCallers;
import io.countersign.proxy.lockout.ReloadCheck;
import io.countersign.proxy.logging.Logging;
import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.metrics.ProxyState;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.reload.Watcher;
import io.countersign.proxy.response.Explanations;
import io.countersign.proxy.route.RouteSigning;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.UpstreamPool;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole proxy: its parts in the order in which they start; they stop in the opposite order.
 *
 * <p>Configuration, credentials, event loops, admin, listeners: nothing is let in before it can be served, and probes are answered
 * first and last.
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

    private final Clock clock = Clock.systemUTC();
    private final AtomicReference<Snapshot> snapshot = new AtomicReference<>();
    private volatile ProxyConfig config;
    private final Lifecycle lifecycle = new Lifecycle();
    private final Resolver resolver;
    private final Extensions extensions;
    private final SnapshotFactory factory;
    private final RecentRejections rejections = new RecentRejections();
    private final Explanations explanations = new Explanations(rejections);
    private final Via via = Via.ofOneProcess();
    private final Admission admission = new Admission(via, clock);
    private final Budgets budgets;
    private final RecentCallers recent = new RecentCallers();
    private final Door door;
    private final UpstreamPools pools;
    private final AccessLog accessLog;
    private final Metrics metrics;
    private final TlsParts tls;
    private final EventLoops loops;
    private final ListLoading lists;
    private final Pipelines pipelines;
    private final Watcher watcher;
    private final Listeners listeners = new Listeners();
    private final StandingRefusal refusal = new StandingRefusal(clock);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean drained;
    private AdminServer admin;

    /** With the extensions on the class path, in the process's environment. */
    public static ProxyServer start(ConfigSource source) throws StartFailure {
        return start(source, Extension.installed(), Environment.ofProcess());
    }

    /**
     * Reads the configuration, checks that it fits the machine, and listens.
     *
     * @param extensions in place of those on the class path
     * @param environment in which credentials are looked for
     * @throws StartFailure with every fault that was found; nothing runs then
     */
    public static ProxyServer start(ConfigSource source, List<Extension> extensions, Environment environment)
            throws StartFailure {
        ListLoading lists = new ListLoading(source, environment, Clock.systemUTC());
        ProxyServer server = null;
        try {
            server = new ProxyServer(lists, lists.first(ListLoading.PATIENCE), extensions, environment);
            server.listen(server.config);
            return server;
        } catch (StartFailure | RuntimeException e) {
            Optional.ofNullable(server).ifPresentOrElse(ProxyServer::close, lists::close);
            throw e;
        }
    }

    private ProxyServer(ListLoading lists, LoadResult.Loaded loaded, List<Extension> installed, Environment environment)
            throws StartFailure {
        this.lists = lists;
        extensions = Extensions.ofServer(installed, environment);
        factory = new SnapshotFactory(clock, environment, extensions::guards);
        ProxyConfig config = loaded.config();
        Logging.configure(config.operation().log());
        MemoryFit.require(config.limits(), Memory.ofProcess());
        loaded.warnings().forEach(warning -> LOG.warn("configuration: {}", warning));
        extensions.names().forEach(each -> LOG.info("extension: {}", each));
        snapshot.set(factory.compile(config));
        this.config = config;
        budgets = Budgets.of(config.limits());
        IntSupplier connections = () -> snapshot.get().limits().connections();
        door = new Door(() -> snapshot.get().access(), connections, extensions::approve);
        tls = new TlsParts(connections);
        pools = new UpstreamPools(PoolLimits.of(config.limits().inFlight()));
        accessLog = new AccessLog(Logging.access(), config.operation().log(), clock);
        metrics = new Metrics(Version.TEXT, state(), clock);
        resolver = WatchedResolver.of(config, metrics);
        metrics.watchConnections(door::refusals, door::displaced);
        metrics.watchLists(lists::status);
        extensions.collectors().forEach(metrics::add);
        tls.watchBy(metrics, listeners, () -> this.config);
        loops = new EventLoops(config.limits().eventLoops());
        Observers observers = extensions.observers(accessLog, metrics, recent);
        pipelines = new Pipelines(new Front(snapshot::get, lifecycle, observers, new Http2Clients(), clock), loops);
        loops.equip(this::phases);
        ReloadCheck check = new ReloadCheck(recent, extensions::approve, clock);
        watcher = new Watcher(lists, loaded, new Reload(loaded, factory, refusal, check, reloads())::take);
    }

    private Phases phases(EventLoop loop) {
        UpstreamPool pool = pools.add(loop, new Connector(loop, resolver, tls.upstreamThreads(), Http1Connection::new));
        var dispatcher =
                new Dispatcher(pool, new Signers(), budgets.inFlight(), budgets.lasting(), explanations, clock);
        return new Phases(admission, budgets.bodies(), via, dispatcher, explanations);
    }

    private void listen(ProxyConfig config) throws StartFailure {
        List<ConfigFault> faults = new ArrayList<>();
        AdminConfig adminConfig = config.admin();
        try {
            admin = AdminServer.start(
                    loops.group(),
                    adminConfig.bind().resolved(),
                    () -> new SideConnections(snapshot.get().limits().connections()),
                    () -> this.config.admin().allowedHosts(),
                    new Probes(
                            new LiveReadiness(lifecycle, listeners::isOpen, snapshot::get),
                            metrics.exposition(),
                            () -> RouteReports.of(snapshot.get(), rejections)));
        } catch (IOException e) {
            faults.add(BindFault.of(
                    adminConfig.bind(), adminConfig.where(), "admin.bind, COUNTERSIGN_ADMIN_BIND or --admin", e));
        }
        var inside = new Host.Inside(clock.instant(), listeners::urls, lifecycle, state(), metrics, lists::status);
        faults.addAll(extensions.open(new LiveHost(
                loops.group(), () -> this.config, snapshot::get, this::reload, lists.folder(), clock, inside)));
        faults.addAll(listeners.open(config.listeners(), this::listen));
        if (!faults.isEmpty()) {
            throw new StartFailure(StartFailure.Cause.ENVIRONMENT, faults);
        }
        watcher.start();
        lists.pollFor(config, watcher::reloadNow);
        loops.group().next().scheduleAtFixedRate(accessLog::summarise, 1, 1, TimeUnit.MINUTES);
        long seconds = RouteHealth.INTERVAL.toSeconds();
        loops.group().next().scheduleAtFixedRate(this::reportStorms, seconds, seconds, TimeUnit.SECONDS);
        loops.group().next().scheduleAtFixedRate(refusal::repeat, seconds, seconds, TimeUnit.SECONDS);
    }

    private void reportStorms() {
        explanations.report(snapshot.get().routes().routes());
    }

    private Listener listen(ListenerConfig listener) throws IOException {
        Optional<TlsGate> gate = tls.gate(listener);
        return Listener.start(
                loops.group(),
                listener.bind(),
                gate,
                door,
                listener.proxyProtocolFrom(),
                (channel, arrival) -> pipelines.client(channel, arrival, listener, gate));
    }

    private Reload.Listener reloads() {
        return new Reload.Listener() {
            @Override
            public void taken(ProxyConfig next, Snapshot compiled) {
                denying(next, compiled);
                listeners.renew(next.listeners());
                Logging.configure(next.operation().log());
                accessLog.configure(next.operation().log());
                loops.dropRetiredConnections();
                extensions.taken(next);
                metrics.reloaded(true);
            }

            @Override
            public void denying(ProxyConfig next, Snapshot compiled) {
                snapshot.set(compiled);
                config = next;
            }

            @Override
            public void refused(List<ConfigFault> why) {
                extensions.refused(why);
                metrics.reloaded(false);
            }
        };
    }

    private ProxyState state() {
        return new ProxyState(
                new LiveVitals(door, budgets.bodies(), budgets.inFlight(), pools),
                factory.credentials()::status,
                factory::skews,
                () -> RouteSigning.able(snapshot.get().routes()),
                () -> RouteReports.of(snapshot.get(), rejections),
                () -> LiveConfiguration.of(config),
                Logging::dropped);
    }

    /** Where the first listener listens that has a TCP port. */
    public InetSocketAddress address() {
        return listeners.address();
    }

    /** Where all listeners listen, as clients write it: {@code http://127.0.0.1:8005}, {@code unix:/run/http.sock}. */
    public List<String> urls() {
        return listeners.urls();
    }

    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** The configuration in force. */
    public ProxyConfig config() {
        return config;
    }

    /** Reads the configuration again, as on SIGHUP; returns before that is done. */
    public void reload() {
        watcher.reloadNow();
    }

    /** Ends gently: blocks until agents have flushed, up to {@code drain.max}. {@link #close} is to follow. */
    public void drain() {
        new Drain(lifecycle, loops.ticker(), config.operation().drain(), listeners::announceDrain).await();
        drained = true;
    }

    /** Ends at once; a second call does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        lifecycle.phase(Lifecycle.Phase.CLOSED);
        listeners.close();
        watcher.close();
        listeners.endConnections(drained);
        extensions.close();
        lists.close();
        if (admin != null) {
            admin.close();
        }
        loops.close();
        reportStorms();
        explanations.close();
        resolver.close();
        tls.close();
        factory.close();
        accessLog.close();
    }
}
