package io.countersign.gateway.approval;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What became of an order.
 *
 * @param written done when it is on the disk
 * @param told done when other replicas can know of it, and failed while they cannot; empty where there are none
 */
public record Decided(Outcome outcome, CompletionStage<Void> written, Optional<CompletableFuture<Void>> told) {}
