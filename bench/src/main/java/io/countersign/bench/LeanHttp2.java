package io.countersign.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;

/**
 * What {@link LeanUpstream} does on one HTTP/2 connection: it reads each stream to its end and answers 200 with two bytes; all answers to
 * what one read has brought go out in one flush.
 */
final class LeanHttp2 extends Http2EventAdapter {
    /** So large that a client never waits for more of it. */
    private static final int WINDOW = 16 << 20;

    private static final Http2Headers HEAD = new DefaultHttp2Headers()
            .status(HttpResponseStatus.OK.codeAsText())
            .setInt(HttpHeaderNames.CONTENT_LENGTH, 2);

    private final int delay;
    private Http2ConnectionHandler handler;

    private LeanHttp2(int delay) {
        this.delay = delay;
    }

    /** @param delay milliseconds from a request to its response */
    static ChannelHandler handler(int delay) {
        LeanHttp2 lean = new LeanHttp2(delay);
        Http2Settings settings = new Http2Settings().initialWindowSize(WINDOW).maxConcurrentStreams(10_000);
        lean.handler = new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(lean)
                .initialSettings(settings)
                .encoderEnforceMaxConcurrentStreams(false)
                .build();
        return lean.handler;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        Http2Stream all = handler.connection().connectionStream();
        int more = WINDOW - handler.decoder().flowController().windowSize(all);
        if (more > 0) {
            handler.decoder().flowController().incrementWindowSize(all, more);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end) {
        onHeadersRead(context, stream, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean end) {
        if (end) {
            answer(context, stream);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean end) {
        if (end) {
            answer(context, stream);
        }
        return data.readableBytes() + padding;
    }

    private void answer(ChannelHandlerContext context, int stream) {
        if (delay == 0) {
            // The handler flushes once it has read all that there is.
            write(context, stream);
        } else {
            var unused = context.executor()
                    .schedule(
                            () -> {
                                write(context, stream);
                                handler.flush(context);
                            },
                            delay,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void write(ChannelHandlerContext context, int stream) {
        Http2ConnectionEncoder encoder = handler.encoder();
        var unused = encoder.writeHeaders(context, stream, HEAD, 0, false, context.newPromise());
        ByteBuf ok = Unpooled.wrappedBuffer(new byte[] {'o', 'k'});
        var unusedBody = encoder.writeData(context, stream, ok, 0, true, context.newPromise());
    }
}
