package io.countersign.gateway.console;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Audit;
import io.countersign.gateway.console.config.ConsoleConfig;
import io.countersign.gateway.console.config.Reloads;
import io.countersign.gateway.console.page.Page;
import io.countersign.gateway.console.resource.Resources;
import io.countersign.gateway.console.serve.ConsoleServer;
import io.countersign.gateway.identity.TokenTable;
import io.countersign.gateway.overview.Overview;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.BindFault;
import io.countersign.proxy.Extension;
import io.countersign.proxy.Host;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.model.registry.Collector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console as a part of the gateway: it listens if {@code console} is configured, and does nothing otherwise. */
public final class Console implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /** How often what has been quiet for longest makes room for what is new. */
    private static final Duration TIDYING = Duration.ofSeconds(10);

    /** A fraction of the shortest step, so that each ends in time. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Supplier<List<ApiResource>> more;
    private final Audit audit;
    private final Calls calls;
    private final Overview overview = new Overview(System::nanoTime);
    private volatile Optional<Open> open = Optional.empty();

    /** What there is while it listens. */
    private record Open(ConsoleServer server, ConsolePort port, ConsoleTokens tokens, Reloads reloads, Shown shown) {}

    /** What of the configuration in force is asked for at each request. */
    private static final class Shown {
        private volatile ConsoleConfig config;

        Shown(ConsoleConfig config) {
            this.config = config;
        }
    }

    /**
     * Makes it.
     *
     * @param more resources of the other parts; asked for when it opens
     * @param calls that it shows
     * @param audit takes down what is changed by it
     */
    public Console(Supplier<List<ApiResource>> more, Calls calls, Audit audit) {
        this.more = more;
        this.calls = calls;
        this.audit = audit;
    }

    @Override
    public String name() {
        return "console";
    }

    @Override
    public List<ExchangeObserver> observers() {
        return List.of(overview);
    }

    @Override
    public List<Collector> collectors() {
        return ConsoleMetrics.of(() -> open.map(Open::server));
    }

    @Override
    public void open(Host host) throws StartFailure {
        Optional<ConsoleConfig> config = part(host.config());
        if (config.isEmpty()) {
            return;
        }
        ConsoleConfig.Port at = config.get().port();
        ConsoleConfig.Visitors visitors = config.get().visitors();
        Optional<PrintedToken> printed =
                visitors.tokenForThisRun() ? Optional.of(PrintedToken.make()) : Optional.empty();
        ConsoleTokens tokens =
                new ConsoleTokens(printed.map(PrintedToken::table).orElseGet(TokenTable::empty), visitors.tokens());
        Reloads reloads = new Reloads(host.clock());
        Shown shown = new Shown(config.get());
        calls.watch(keep(host.config()));
        overview.watch();
        List<ApiResource> resources = new ArrayList<>(
                Resources.of(host, calls, overview, reloads, () -> shown.config.settings(), tokens::all));
        resources.addAll(more.get());
        ConsolePort port = new ConsolePort(at);
        try {
            ConsoleServer server = ConsoleServer.start(
                    port.open(),
                    new ConsoleServer.Access(
                            tokens::find, () -> shown.config.visitors().allowedHosts()),
                    new ConsoleServer.Content(resources, Page.resources(), audit),
                    host.clock());
            server.every(TIDYING, calls::makeRoom);
            server.every(TICK, overview::tick);
            open = Optional.of(new Open(server, port, tokens, reloads, shown));
            LOG.info("console: listens on {}", url());
            printed.ifPresent(each -> each.print(url()));
        } catch (IOException e) {
            port.close();
            throw new StartFailure(StartFailure.Cause.ENVIRONMENT, List.of(fault(at, e)));
        }
    }

    private static ConfigFault fault(ConsoleConfig.Port at, IOException e) {
        return at.bind() instanceof Bind.Unix
                ? new ConfigFault(at.where(), "cannot listen on " + at.bind() + ": " + e.getMessage())
                : BindFault.of(at.bind(), at.where(), "console.bind, COUNTERSIGN_CONSOLE_BIND or --console", e);
    }

    private static Optional<ConsoleConfig> part(ProxyConfig config) {
        return config.extension(GatewayConfig.class).flatMap(GatewayConfig::console);
    }

    private static int keep(ProxyConfig config) {
        return GatewayConfig.of(config).calls().keep();
    }

    /** Where it listens, as clients write it; empty where it does not. */
    public String url() {
        return open.map(each -> each.port().url(each.server())).orElse("");
    }

    @Override
    public void taken(ProxyConfig config) {
        Optional<ConsoleConfig> next = part(config);
        if (open.isEmpty()) {
            if (next.isPresent()) {
                needsRestart();
            }
            return;
        }
        Open now = open.get();
        now.tokens().taken(next.map(each -> each.visitors().tokens()).orElseGet(TokenTable::empty));
        if (next.isEmpty() || !now.port().isSame(next.get().port())) {
            needsRestart();
        }
        next.ifPresent(each -> {
            now.shown().config = each;
            now.port().renew(each.port());
            calls.watch(keep(config));
        });
        now.reloads().taken();
    }

    private static void needsRestart() {
        LOG.warn("configuration: a change of console.bind takes effect after a restart");
    }

    @Override
    public void refused(List<ConfigFault> why) {
        open.ifPresent(each -> each.reloads().refused(why));
    }

    @Override
    public void close() {
        open.ifPresent(each -> {
            each.server().close();
            each.port().close();
        });
    }
}
