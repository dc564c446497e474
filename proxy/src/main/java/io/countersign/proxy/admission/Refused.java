package io.countersign.proxy.admission;

import io.countersign.proxy.local.LocalResponse;

/** A request that gets a response of our own, and nothing else is done for it. */
public record Refused(Findings findings, LocalResponse response) implements Decision {}
