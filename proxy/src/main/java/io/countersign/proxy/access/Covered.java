package io.countersign.proxy.access;

/** An entry that changes nothing, since another one holds all of it and lasts at least as long. */
public record Covered(ListEntry entry, Rule by) {}
