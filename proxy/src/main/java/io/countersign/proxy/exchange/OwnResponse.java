package io.countersign.proxy.exchange;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponseWriter;
import io.countersign.proxy.local.LocalResponses;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.time.Clock;

/** The one way in which a response that we make ourselves goes out: noted, written, and noted whether it arrived. */
final class OwnResponse {
    private OwnResponse() {}

    /** Writes a response; <em>takes</em> it. */
    static ChannelFuture write(Channel channel, FullHttpResponse response, ExchangeTrace trace, long bodyBytes) {
        assert channel.eventLoop().inEventLoop();
        trace.responds(response.status().code());
        trace.retryAfter(response.headers().getInt(HttpHeaderNames.RETRY_AFTER, 0));
        trace.responded(bodyBytes);
        return channel.writeAndFlush(response).addListener(written -> trace.ended(written.isSuccess()));
    }

    /** Writes a response where no exchange has begun: the connection ends with it. */
    static ChannelFuture writeLast(Channel channel, LocalResponse local, ExchangeTrace trace, Clock clock) {
        trace.failed(local);
        trace.answersItself();
        FullHttpResponse response = LocalResponseWriter.response(local, false, trace.id(), clock.instant());
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return write(channel, response, trace, response.content().readableBytes());
    }

    /**
     * Says that the connection gives way to another, and closes it.
     *
     * @param begun whether a request has. A connection that is silent may have one on its way, so it is answered too; but a flood of
     *     those is counted, not logged
     */
    static void gaveWay(Channel channel, Caller caller, Front front, boolean begun) {
        long now = channel.eventLoop().ticker().nanoTime();
        ExchangeTrace trace = new ExchangeTrace(caller, front.clock().millis(), now);
        ChannelFuture written = writeLast(channel, LocalResponses.gaveWay(), trace, front.clock());
        if (begun) {
            written.addListener(sent -> front.observer()
                    .finished(trace.record(channel.eventLoop().ticker().nanoTime())));
        }
        written.addListener(ChannelFutureListener.CLOSE);
    }
}
