package io.countersign.proxy;

import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.Observers;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.model.registry.Collector;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The extensions of one process, addressed together; one that fails at a reload or at the end keeps none of the others from it. */
final class Extensions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);

    private final List<Extension> all;

    Extensions(List<Extension> installed) {
        this.all = List.copyOf(installed);
    }

    /** Those of a process that serves: the core's own, and those that may be absent. */
    static Extensions ofServer(List<Extension> installed, Environment environment) {
        return new Extensions(Stream.concat(Stream.of(new OwnTelemetry(environment)), installed.stream())
                .toList());
    }

    /** Of those that may be absent. */
    List<String> names() {
        return all.stream()
                .filter(each -> !(each instanceof OwnTelemetry))
                .map(Extension::name)
                .toList();
    }

    List<Guard> guards(ProxyConfig config) {
        return flat(each -> each.guards(config));
    }

    /** The core's own observers, and theirs after them. */
    Observers observers(ExchangeObserver... own) {
        return new Observers(Stream.concat(Arrays.stream(own), flat(Extension::observers).stream())
                .toArray(ExchangeObserver[]::new));
    }

    private <T> List<T> flat(Function<Extension, List<T>> part) {
        return all.stream().flatMap(each -> part.apply(each).stream()).toList();
    }

    List<Collector> collectors() {
        return flat(Extension::collectors);
    }

    boolean approve(Caller caller) {
        return all.stream().anyMatch(each -> each.approves(caller));
    }

    /** What keeps them from starting; empty when all have. */
    List<ConfigFault> open(Host host) {
        return all.stream().flatMap(each -> open(each, host)).toList();
    }

    private static Stream<ConfigFault> open(Extension extension, Host host) {
        try {
            extension.open(host);
            extension.taken(host.config());
            return Stream.empty();
        } catch (StartFailure failure) {
            return failure.faults().stream();
        }
    }

    void taken(ProxyConfig config) {
        all.forEach(each -> run(each, () -> each.taken(config)));
    }

    void refused(List<ConfigFault> why) {
        all.forEach(each -> run(each, () -> each.refused(why)));
    }

    @Override
    public void close() {
        all.forEach(each -> run(each, each::close));
    }

    private static void run(Extension extension, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("extension {} failed", extension.name(), e);
        }
    }
}
