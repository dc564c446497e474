package io.countersign.proxy.local;

/** The local response to requests whose body is a stream of signed events. */
public final class EventStreamResponses {
    private EventStreamResponses() {}

    /** @param said what in the request's head names the stream */
    public static LocalResponse unsupported(String said) {
        return new LocalResponse(
                LocalCause.UNSUPPORTED,
                "the body is a stream of events (" + said
                        + "), each signed by the client in turn, which cannot be signed anew; use a call whose body is"
                        + " sent whole (its response may stream: InvokeModelWithResponseStream, ConverseStream), or a"
                        + " WebSocket where the service has one, or let the client call the service itself with"
                        + " credentials of its own");
    }
}
