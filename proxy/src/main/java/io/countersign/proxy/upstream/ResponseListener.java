package io.countersign.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponse;
import java.util.function.Consumer;

/**
 * Hears of one response, on the event loop of its connection: one head, then contents, then {@link #complete} or, at any
 * moment instead, {@link #failed}; nothing after either.
 */
public interface ResponseListener {
    /** The final response's head, checked: a status of 200 to 599 and unambiguous framing. */
    void head(HttpResponse head);

    /**
     * The upstream has switched protocols (101), as the request asked it to; nothing else follows.
     *
     * @param connection hands the connection over to a handler, which gets every byte that came after the head; without that it is
     *     to be abandoned
     */
    default void switched(HttpResponse head, Consumer<ChannelHandler> connection) {
        throw new IllegalStateException("this request asked for no other protocol");
    }

    /** A piece of the body; <em>takes</em> {@code piece}. */
    void content(ByteBuf piece);

    /** No more pieces for now: what was written may be flushed. */
    void pause();

    /** The body has ended as its framing promised. */
    void complete();

    /** The response is broken off or was no proper one. */
    void failed(UpstreamFault fault);
}
