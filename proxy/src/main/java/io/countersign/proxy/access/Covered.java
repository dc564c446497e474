package io.countersign.proxy.access;

/** An entry that has no effect, since another one that holds all of it, and lasts at least as long, decides in its place. */
public record Covered(ListEntry entry, Rule by) {}
