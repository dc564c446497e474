package io.countersign.gateway.console;

import io.countersign.gateway.console.serve.ConsoleServer;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What is counted of the console itself; nothing while there is none. */
final class ConsoleMetrics {
    private ConsoleMetrics() {}

    static List<Collector> of(Supplier<Optional<ConsoleServer>> server) {
        return List.of(
                CounterWithCallback.builder()
                        .name("countersign_console_wrong_tokens_total")
                        .help("Requests to the console with a token that is not in force.")
                        .callback(out -> server.get().ifPresent(open -> out.call((double) open.wrongTokens())))
                        .build(),
                GaugeWithCallback.builder()
                        .name("countersign_console_streams")
                        .help("Event streams of the console that are open.")
                        .callback(out -> server.get().ifPresent(open -> out.call(open.streams())))
                        .build(),
                CounterWithCallback.builder()
                        .name("countersign_console_slow_streams_total")
                        .help("Clients of the console that were cut off because they took nothing of an event stream.")
                        .callback(out -> server.get().ifPresent(open -> out.call((double) open.slowStreams())))
                        .build());
    }
}
