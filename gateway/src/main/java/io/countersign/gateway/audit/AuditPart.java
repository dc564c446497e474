package io.countersign.gateway.audit;

import io.countersign.proxy.Extension;
import io.countersign.proxy.Host;
import io.countersign.proxy.logging.Logging;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The gateway's part that takes down who changed what: opened before all that changes something. */
public final class AuditPart implements Extension {
    private volatile Optional<AuditLog> log = Optional.empty();

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public void open(Host host) {
        log = Optional.of(open(host, host.clock()));
    }

    private static AuditLog open(Host host, Clock clock) {
        return new AuditLog(
                clock,
                line -> Logging.access().info(line),
                host.state().map(folder -> folder.log(AuditLog.NAME, AuditLog.MAX_FILE, AuditLog.KEPT_FILES)));
    }

    /** As {@link AuditLog#record}. */
    public CompletionStage<Void> record(String actor, String action, String subject, String detail) {
        return log.map(open -> open.record(actor, action, subject, detail))
                .orElseGet(() -> CompletableFuture.failedFuture(new IllegalStateException("the gateway is not open")));
    }

    /** Empty until the proxy has started. */
    public Optional<AuditLog> log() {
        return log;
    }

    @Override
    public void close() {
        log.ifPresent(AuditLog::close);
    }
}
