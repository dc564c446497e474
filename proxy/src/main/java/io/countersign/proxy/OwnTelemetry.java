package io.countersign.proxy;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.config.InstanceName;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.telemetry.TelemetryConfig;
import io.countersign.proxy.telemetry.TelemetryPush;
import java.util.Map;
import java.util.Optional;

/** What the core shows of itself: how much, and to whom it is sent. An extension like others, but always there. */
final class OwnTelemetry implements Extension {
    private final Environment environment;
    private Optional<Host> host = Optional.empty();
    private Optional<TelemetryPush> push = Optional.empty();

    /** @param environment has the name of this instance */
    OwnTelemetry(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return "telemetry";
    }

    @Override
    public void open(Host running) {
        host = Optional.of(running);
    }

    @Override
    public void taken(ProxyConfig config) {
        TelemetryConfig telemetry = config.operation().telemetry();
        Host running = host.orElseThrow();
        running.inside().metrics().show(telemetry.level());
        if (push.isEmpty() && telemetry.push().isPresent()) {
            push = Optional.of(start(running));
        }
        push.ifPresent(each -> each.take(telemetry));
    }

    private TelemetryPush start(Host running) {
        Map<String, String> resource = Map.of(
                "service.name",
                "countersign",
                "service.version",
                Version.TEXT,
                "service.instance.id",
                InstanceName.of(environment).orElse("unknown"));
        return new TelemetryPush(
                running.inside().metrics(),
                name -> running.snapshot().routes().routes().stream()
                        .filter(route -> route.name().equals(name))
                        .findFirst(),
                new TelemetryPush.Source(
                        resource, Version.TEXT, running.inside().started(), running.clock()),
                running.loops().next(),
                running.config().operation().machine().names());
    }

    @Override
    public void close() {
        push.ifPresent(TelemetryPush::close);
    }
}
