package io.countersign.gateway.calls;

import io.countersign.gateway.calls.log.CallFiles;
import io.countersign.gateway.calls.log.CallLog;
import io.countersign.gateway.calls.log.CallsBounds;
import io.countersign.proxy.Extension;
import io.countersign.proxy.Host;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's part that keeps calls: in memory for the console, and on the disk where there is a folder for it. */
public final class CallsPart implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(CallsPart.class);

    /** Of the state folder. */
    public static final String FOLDER = "calls";

    private final Function<ProxyConfig, CallsConfig> settings;
    private final Calls calls;
    private volatile Optional<CallLog> log = Optional.empty();
    private volatile Optional<StateFolder> folder = Optional.empty();

    /** @param start of the process */
    public CallsPart(Function<ProxyConfig, CallsConfig> settings, Instant start) {
        this.settings = settings;
        this.calls = Calls.since(start);
    }

    public Calls calls() {
        return calls;
    }

    @Override
    public String name() {
        return FOLDER;
    }

    @Override
    public List<ExchangeObserver> observers() {
        return List.of(calls);
    }

    @Override
    public List<Collector> collectors() {
        return List.of(
                CounterWithCallback.builder()
                        .name("countersign_call_log_dropped_total")
                        .help("Calls that are missing in the log on the disk.")
                        .callback(out -> log.ifPresent(open -> out.call((double) open.dropped())))
                        .build(),
                GaugeWithCallback.builder()
                        .name("countersign_call_log_bytes")
                        .help("How much of the disk the log of calls takes.")
                        .callback(out -> log.ifPresent(open -> out.call((double) open.bytes())))
                        .build());
    }

    @Override
    public void open(Host host) throws StartFailure {
        Optional<CallsBounds> bounds = settings.apply(host.config()).onDisk();
        folder = host.state();
        if (bounds.isEmpty() || folder.isEmpty()) {
            return;
        }
        try {
            CallFiles files = new CallFiles(folder.get().folder(FOLDER));
            log = Optional.of(CallLog.open(files, bounds.get(), host.clock()));
            log.ifPresent(calls::log);
        } catch (StateFolder.StateFault e) {
            throw new StartFailure(
                    StartFailure.Cause.ENVIRONMENT, List.of(new ConfigFault("state.dir", e.getMessage())));
        }
    }

    @Override
    public void taken(ProxyConfig config) {
        Optional<CallsBounds> bounds = settings.apply(config).onDisk();
        log.ifPresent(open -> bounds.ifPresent(open::bounds));
        if (folder.isPresent() && bounds.isPresent() != log.isPresent()) {
            LOG.warn("configuration: that calls are kept on the disk, or not, takes effect after a restart");
        }
    }

    @Override
    public void close() {
        log.ifPresent(CallLog::close);
    }
}
