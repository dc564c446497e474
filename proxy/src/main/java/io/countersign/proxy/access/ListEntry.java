package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.time.Instant;
import java.util.Optional;

/**
 * One entry of an allow or deny list, and where it was written.
 *
 * @param until when it ends; empty for one that has no end
 */
public record ListEntry(Cidr cidr, Rule rule, Optional<Instant> until) {}
