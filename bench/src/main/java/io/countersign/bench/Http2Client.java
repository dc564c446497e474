package io.countersign.bench;

import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.wire.MessageFields;
import io.countersign.sigv4.Header;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/2 connection that many exchanges share, on Netty's codec and as cheaply as that can be used: no channel for each stream, strings
 * below 512 bytes without Huffman's code, and all that is written in one turn of the event loop in one flush. What a proxy needs besides is
 * left out, so a whole one costs no less. Confined to its event loop.
 */
final class Http2Client extends Http2EventAdapter {
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private final Http2Connection connection = new DefaultHttp2Connection(false);
    private final Http2Connection.PropertyKey listener = connection.newKey();
    private final TurnFlush flush = new TurnFlush();
    private final Http2ConnectionEncoder encoder;
    private final Handler handler;
    private final Map<String, AsciiString> texts = new HashMap<>();
    private ChannelHandlerContext context;

    Http2Client() {
        connection.addListener(this);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        // What is another for each request, or a secret, has no place in HPACK's table.
        var fields = new DefaultHttp2HeadersEncoder((name, value) -> AsciiString.contentEquals(name, "authorization")
                || AsciiString.contentEquals(name, "x-amz-content-sha256"));
        encoder = new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter(fields));
        var decoder = new DefaultHttp2ConnectionDecoder(connection, encoder, new DefaultHttp2FrameReader());
        decoder.frameListener(this);
        handler = new Handler(decoder, encoder, new Http2Settings().pushEnabled(false));
    }

    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(flush, handler);
    }

    /** Sends a request whose body is here as a whole, and not empty. */
    void send(UpstreamRequest request, ResponseListener to) {
        int id = connection.local().incrementAndGetNextStreamId();
        var unused = encoder.writeHeaders(context, id, fields(request), 0, false, context.newPromise());
        connection.stream(id).setProperty(listener, to);
        RequestBody body = request.body();
        body.sendTo(() -> {});
        for (ByteBuf piece = body.next(); piece != null; piece = body.next()) {
            var unusedData = encoder.writeData(context, id, piece, 0, body.isSent(), context.newPromise());
        }
        flush.soon();
    }

    private Http2Headers fields(UpstreamRequest request) {
        List<Header> fields = request.fields();
        AsciiString authority = AsciiString.EMPTY_STRING;
        AsciiString[] others = new AsciiString[2 * fields.size() - 2];
        int count = 0;
        for (Header field : fields) {
            AsciiString name = text(field.name());
            if (name.contentEquals("host")) {
                authority = new AsciiString(field.value());
            } else {
                others[count++] = name;
                others[count++] = new AsciiString(field.value());
            }
        }
        return ReadOnlyHttp2Headers.clientHeaders(
                false, text(request.method()), new AsciiString(request.target()), HTTPS, authority, others);
    }

    /** Names in lower case; the few of one program. */
    private AsciiString text(String name) {
        return texts.computeIfAbsent(
                name, any -> new AsciiString(name.equals("POST") ? name : name.toLowerCase(Locale.ROOT)));
    }

    private ResponseListener listener(int id) {
        return connection.stream(id).getProperty(listener);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int id,
            Http2Headers fields,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end) {
        onHeadersRead(ctx, id, fields, padding, end);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers fields, int padding, boolean end) {
        MessageFields plain = new MessageFields(fields.size());
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            if (field.getKey().charAt(0) != ':') {
                plain.add(field.getKey().toString(), field.getValue());
            }
        }
        HttpResponseStatus status = HttpResponseStatus.parseLine(fields.status());
        listener(id).head(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, plain));
        if (end) {
            listener(id).complete();
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end) {
        ResponseListener to = listener(id);
        to.content(data.retainedSlice());
        if (end) {
            to.complete();
        }
        return data.readableBytes() + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int id, long error) {
        listener(id).failed(new UpstreamFault(UpstreamFault.Kind.HTTP_PROTOCOL, "reset with " + error));
    }

    private final class Handler extends Http2ConnectionHandler {
        Handler(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            super(decoder, encoder, settings);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
            context = ctx;
            super.handlerAdded(ctx);
        }
    }

    /** One flush for a turn of the loop, at its end; none where nothing was written, which TLS would make an empty record of. */
    private final class TurnFlush extends ChannelDuplexHandler {
        private ChannelHandlerContext own;
        private boolean written;
        private boolean due;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            own = ctx;
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            written = true;
            var unused = ctx.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (written) {
                soon();
            }
        }

        void soon() {
            if (!due) {
                due = true;
                own.channel().eventLoop().execute(this::now);
            }
        }

        private void now() {
            due = false;
            try {
                encoder.flowController().writePendingBytes();
            } catch (Http2Exception e) {
                handler.onError(context, true, e);
            }
            if (written) {
                written = false;
                own.flush();
            }
        }
    }
}
