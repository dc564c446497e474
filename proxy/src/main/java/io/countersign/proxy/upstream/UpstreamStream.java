package io.countersign.proxy.upstream;

/**
 * The way of one request upstream and of its response back, whatever protocol carries them: a whole HTTP/1.1 connection for as long as
 * the exchange lasts. Lent by the {@link UpstreamPool}; used by one exchange, on the event loop of that pool.
 */
public interface UpstreamStream {
    /**
     * Sends a request and listens for its response. To be called once at most.
     *
     * @param request its body must be intact; it is sent after the head, and <em>borrowed</em> until the response's end
     * @return whether the head is on its way; if not, the listener hears of it, now or soon
     */
    boolean send(UpstreamRequest request, ResponseListener listener);

    /** Reads no more of the response until {@link #resume}, for a listener that cannot keep up. */
    void pause();

    /** Goes on reading the response. */
    void resume();

    /** Ends the exchange before its response has ended; the listener hears nothing more. A second call does nothing. */
    void abandon();

    /** Gives back a stream on which nothing was sent. */
    void giveBack();
}
