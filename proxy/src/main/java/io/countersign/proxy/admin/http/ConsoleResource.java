package io.countersign.proxy.admin.http;

/**
 * A resource of a console: it may take any method and a body, so it may control something. It is served on an address of the
 * console's own, never on that of the probes.
 */
public interface ConsoleResource extends Resource {}
