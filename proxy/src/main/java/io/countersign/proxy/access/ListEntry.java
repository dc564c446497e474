package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;

/** One entry of an allow or deny list, and where it was written. */
public record ListEntry(Cidr cidr, Rule rule) {}
