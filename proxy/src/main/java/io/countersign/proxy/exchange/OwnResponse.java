package io.countersign.proxy.exchange;

import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponseWriter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
}
