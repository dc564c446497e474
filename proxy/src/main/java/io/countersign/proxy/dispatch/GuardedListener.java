package io.countersign.proxy.dispatch;

import io.countersign.proxy.response.ClientSide;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponse;
import java.util.function.Consumer;

/**
 * Between a stream and who listens to it: what the listener throws is a fault of ours and ends its exchange. Without this the
 * stream would take it for a fault of the upstream's.
 */
record GuardedListener(ClientSide exchange, ResponseListener listener) implements ResponseListener {
    @Override
    public void head(HttpResponse head) {
        exchange.guard(() -> listener.head(head));
    }

    @Override
    public void switched(HttpResponse head, Consumer<ChannelHandler> connection) {
        exchange.guard(() -> listener.switched(head, connection));
    }

    @Override
    public void content(ByteBuf piece) {
        exchange.guard(() -> listener.content(piece));
    }

    @Override
    public void pause() {
        exchange.guard(listener::pause);
    }

    @Override
    public void complete() {
        exchange.guard(listener::complete);
    }

    @Override
    public void failed(UpstreamFault fault) {
        exchange.guard(() -> listener.failed(fault));
    }
}
