package io.countersign.proxy.upstream;

/**
 * The way of one request upstream and of its response back, whatever protocol carries them: a whole HTTP/1.1 connection for as long as
 * the exchange lasts. Lent by the {@link UpstreamPool}; used by one exchange, on the event loop of that pool.
 *
 * <p>Over HTTP/2, where streams share a connection, the same would have to be true of each stream alone:
 *
 * <ul>
 *   <li>What arrives is what was signed: every field once and in its own line, {@code Host} as {@code :authority}. Signatures and session
 *       tokens are never indexed (RFC 7541 section 7.1.3).
 *   <li>{@link #pause} withholds the window of this stream and not of the connection, and the window bounds what comes all the same.
 *   <li>{@link #abandon} resets this stream; the connection goes on.
 *   <li>A connection that ends fails each of its streams with a fault of its own. A stream that the upstream has not processed
 *       (REFUSED_STREAM, or past the last one in GOAWAY: RFC 9113 section 8.7) may be sent again; any other one is as one of HTTP/1.1.
 *   <li>There is no 101: a request that {@linkplain UpstreamRequest#asksToSwitch asks for another protocol} needs HTTP/1.1.
 *   <li>Frames that serve no exchange (PING, SETTINGS, CONTINUATION, empty DATA) are bounded.
 *   <li>What all streams of a connection write in one turn of the loop goes out in one flush, which is what HTTP/2 can save.
 * </ul>
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
