package io.countersign.proxy.exchange;

import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Between an upstream connection and who listens to it: what the listener throws is a fault of ours and ends its exchange. Without
 * this the connection would take it for a fault of the upstream's.
 */
final class GuardedListener implements ResponseListener {
    private final Exchange exchange;
    private final ResponseListener listener;

    GuardedListener(Exchange exchange, ResponseListener listener) {
        this.exchange = exchange;
        this.listener = listener;
    }

    @Override
    public void head(HttpResponse head) {
        exchange.guard(() -> listener.head(head));
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
