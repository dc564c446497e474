package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.RecentCall;
import io.countersign.gateway.calls.RecentCalls;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.config.Reloads;
import io.countersign.proxy.accesslog.CallLine;
import io.countersign.proxy.admin.http.Stream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Server-sent events for one client (the HTML Standard, section 9.2): what it has not been sent yet is looked up when it can take it, so
 * a slow client misses calls, and is sent how many. Confined to the console's event loop.
 */
final class EventStream implements Stream {
    /** Of one piece; one call takes up to a few KiB. */
    private static final int MAX_CALLS = 16;

    /** Proxies on the way, and clients, take a connection for dead on which nothing comes. */
    private static final long SILENCE_NANOS = 15_000_000_000L;

    private static final long HEALTH_NANOS = 1_000_000_000L;

    private final Supplier<RecentCalls> calls;
    private final Reloads reloads;
    private final Health health;
    private final BooleanSupplier inForce;
    private final LongSupplier ticker;

    private final CallLine line = new CallLine();
    private long next;
    private long reload;
    private long lastSent;
    private long lastHealth;

    /**
     * Makes a stream.
     *
     * @param inForce whether the client's token still is
     * @param from the number of the first call to be sent
     */
    EventStream(
            Supplier<RecentCalls> calls,
            Reloads reloads,
            Health health,
            BooleanSupplier inForce,
            LongSupplier ticker,
            long from) {
        this.calls = calls;
        this.reloads = reloads;
        this.health = health;
        this.inForce = inForce;
        this.ticker = ticker;
        this.next = from;
        this.reload = reloads.last().number();
        this.lastSent = ticker.getAsLong() - SILENCE_NANOS;
        this.lastHealth = lastSent;
    }

    @Override
    public Optional<byte[]> next() {
        if (!inForce.getAsBoolean()) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        reloads(out);
        health(out);
        calls(out);
        long now = ticker.getAsLong();
        if (out.isEmpty() && now - lastSent >= SILENCE_NANOS) {
            out.append(": nothing new\n\n");
        }
        if (!out.isEmpty()) {
            lastSent = now;
        }
        return Optional.of(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void reloads(StringBuilder out) {
        Reloads.Last last = reloads.last();
        if (last.number() != reload) {
            reload = last.number();
            event(
                    out,
                    "reload",
                    Json.object()
                            .with("number", last.number())
                            .with("time", last.at())
                            .with("newest_taken", last.isTaken())
                            .list(
                                    "faults",
                                    last.faults(),
                                    (json, fault) ->
                                            json.with("where", fault.where()).with("what", fault.what()))
                            .written());
        }
    }

    private void health(StringBuilder out) {
        long now = ticker.getAsLong();
        if (now - lastHealth >= HEALTH_NANOS) {
            lastHealth = now;
            health.changes().forEach(change -> event(out, "health", change.written()));
        }
    }

    private void calls(StringBuilder out) {
        RecentCalls.Part part = calls.get().from(next, MAX_CALLS);
        if (part.missed() > 0) {
            event(out, "missed", Json.object().with("calls", part.missed()).written());
        }
        for (RecentCall call : part.calls()) {
            out.append("id: ").append(call.number()).append('\n');
            event(out, "call", line.of(call.number(), call.call()));
        }
        next = part.next();
    }

    private static void event(StringBuilder out, String name, String data) {
        out.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
    }
}
