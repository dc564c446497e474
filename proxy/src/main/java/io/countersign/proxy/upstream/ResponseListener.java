package io.countersign.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Hears of one response, on the event loop of its connection: one head, then contents, then {@link #complete} or, at any
 * moment instead, {@link #failed}; nothing after either.
 */
public interface ResponseListener {
    /** The final response's head, checked: a status of 200 to 599 and unambiguous framing. */
    void head(HttpResponse head);

    /** A piece of the body; <em>takes</em> {@code piece}. */
    void content(ByteBuf piece);

    /** No more pieces for now: what was written may be flushed. */
    void pause();

    /** The body has ended as its framing promised. */
    void complete();

    /** The response is broken off or was no proper one. */
    void failed(UpstreamFault fault);
}
