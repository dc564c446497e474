package io.countersign.gateway.approval;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What {@code /metrics} shows of approvals; none where callers cannot be approved. */
final class ApprovalMetrics {
    private ApprovalMetrics() {}

    /**
     * Those that are shown while callers can be approved at all.
     *
     * @param lost newcomers that the webhook did not announce
     */
    static List<Collector> of(Supplier<Optional<Approvals>> approvals, Supplier<Optional<Long>> lost) {
        return List.of(
                GaugeWithCallback.builder()
                        .name("countersign_approval_pending")
                        .help("Callers that wait for approval")
                        .callback(
                                callback -> shown(approvals, Approvals::waiting).ifPresent(callback::call))
                        .build(),
                CounterWithCallback.builder()
                        .name("countersign_approval_replaced_total")
                        .help("Callers that waited for approval and were replaced on the full list by others")
                        .callback(callback ->
                                shown(approvals, Approvals::replaced).ifPresent(callback::call))
                        .build(),
                CounterWithCallback.builder()
                        .name("countersign_approval_left_out_total")
                        .help(
                                "Requests of callers that could not be put on the full list of those who wait for approval")
                        .callback(
                                callback -> shown(approvals, Approvals::leftOut).ifPresent(callback::call))
                        .build(),
                GaugeWithCallback.builder()
                        .name("countersign_approval_unshared")
                        .help(
                                "Decisions of this replica that others have not heard of, since the store that they share is away")
                        .callback(
                                callback -> shown(approvals, Approvals::untold).ifPresent(callback::call))
                        .build(),
                CounterWithCallback.builder()
                        .name("countersign_approval_webhook_lost_total")
                        .help("Callers that wait for approval and were not announced by approval.webhook")
                        .callback(callback -> lost.get().map(Long::doubleValue).ifPresent(callback::call))
                        .build());
    }

    private static Optional<Double> shown(Supplier<Optional<Approvals>> approvals, ToLongFunction<Approvals> what) {
        return approvals.get().map(open -> (double) what.applyAsLong(open));
    }
}
