package io.countersign.proxy.admission;

/** What a {@link Guard} has set aside for one request: given back as soon as nothing more is done for the request. */
@FunctionalInterface
public interface Lease {
    /** Nothing was set aside. */
    Lease NONE = () -> {};

    /** Called once, on the event loop of the request: must return at once and not throw. */
    void end();
}
