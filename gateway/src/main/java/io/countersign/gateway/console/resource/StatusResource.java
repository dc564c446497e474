package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.console.config.Reloads;
import io.countersign.gateway.console.config.ShownSettings;
import io.countersign.proxy.Host;
import io.countersign.proxy.Version;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsStatus;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.Memory;
import io.countersign.proxy.metrics.Sample;
import io.countersign.proxy.metrics.Vitals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What is running, since when, with which credentials, and how much room there is. */
final class StatusResource extends Reading {
    private static final Set<String> MEMORY = Set.of(
            "jvm_memory_used_bytes",
            "jvm_memory_max_bytes",
            "countersign_allocator_bytes",
            "process_resident_memory_bytes");

    private final Host host;
    private final Supplier<ShownSettings> settings;
    private final Reloads reloads;

    StatusResource(Host host, Supplier<ShownSettings> settings, Reloads reloads) {
        super("status", Size.SMALL);
        this.host = host;
        this.settings = settings;
        this.reloads = reloads;
    }

    @Override
    protected Reply read(Call call) {
        return Reply.of(Json.object()
                .with("version", Version.TEXT)
                .with("java", Runtime.version().toString())
                .with("time", call.at())
                .with("started", host.inside().started())
                .with(
                        "uptime_seconds",
                        Duration.between(host.inside().started(), call.at()).toSeconds())
                .with("phase", host.inside().lifecycle().phase())
                .texts("listeners", host.inside().urls().get())
                .object("configuration", this::configuration)
                .list("credentials", host.inside().state().credentials().get(), this::credentials)
                .list(
                        "lists",
                        host.inside().lists().get(),
                        (json, list) -> json.with("list", list.list())
                                .with("last_success", list.lastSuccess())
                                .with("failures", list.failures()))
                .object("headroom", this::headroom));
    }

    private void configuration(Json json) {
        Reloads.Last last = reloads.last();
        json.with("hash", settings.get().hash())
                .with("number", last.number())
                .with("taken", last.taken())
                .with("newest", last.at())
                .with("newest_taken", last.isTaken())
                .list(
                        "faults",
                        last.faults(),
                        (inner, fault) -> inner.with("where", fault.where()).with("what", fault.what()));
    }

    private void credentials(Json json, CredentialsStatus status) {
        json.with("name", status.name())
                .with("kind", status.kind())
                .with("provider", status.provider())
                .with("role_arn", roleArn(status.name()))
                .with("arn", status.principal().arn())
                .with("account", status.principal().account())
                .with("arn_unknown", Optional.of(status.principal().unknown()).filter(why -> !why.isEmpty()))
                .with("usable", status.usable())
                .with("expiry", status.expiry())
                .with("refreshes", status.fetches().refreshes())
                .with("failures", status.fetches().failures())
                .with("last_success", status.fetches().lastSuccess())
                .with("last_error", status.fetches().lastError());
    }

    /** The role that is assumed, where the configuration names one. */
    private Optional<String> roleArn(String name) {
        CredentialsConfig config = host.config().credentials().get(name);
        if (config == null) {
            return Optional.empty();
        }
        return config.assumeRole()
                .map(CredentialsConfig.AssumeRole::roleArn)
                .or(() -> config.provider() instanceof CredentialsConfig.WebIdentity web
                        ? Optional.of(web.roleArn())
                        : Optional.empty());
    }

    private void headroom(Json json) {
        Vitals vitals = host.inside().state().vitals().get();
        LimitsConfig limits = host.config().limits();
        json.with("client_connections", vitals.clientConnections())
                .with("client_connections_limit", limits.connections())
                .with("in_flight", vitals.inFlight())
                .with("in_flight_limit", limits.inFlight())
                .with("waiting", vitals.waiting())
                .with("buffered_bytes", vitals.buffered().bytes())
                .with("buffered_limit_bytes", vitals.buffered().limit());
        List<Sample> memory = host.inside().metrics().samples(MEMORY::contains);
        json.number("heap_bytes", value(memory, "jvm_memory_used_bytes", "heap"))
                .number("heap_limit_bytes", value(memory, "jvm_memory_max_bytes", "heap"))
                .number("direct_bytes", value(memory, "countersign_allocator_bytes", "direct"))
                .with("direct_limit_bytes", Memory.ofProcess().direct())
                .number("resident_bytes", value(memory, "process_resident_memory_bytes", ""));
        Memory.ofProcess().limit().ifPresent(limit -> json.with("memory_limit_bytes", limit));
    }

    /** NaN if the sample does not exist; it is then left out. */
    private static double value(List<Sample> samples, String name, String area) {
        return samples.stream()
                .filter(sample ->
                        sample.name().equals(name) && sample.label("area").equals(area))
                .mapToDouble(Sample::value)
                .findFirst()
                .orElse(Double.NaN);
    }
}
