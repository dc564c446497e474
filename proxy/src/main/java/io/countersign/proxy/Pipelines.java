package io.countersign.proxy;

import io.countersign.proxy.config.LimitsConfig;
import io.countersign.proxy.config.ListenerConfig;
import io.countersign.proxy.exchange.ClientConnection;
import io.countersign.proxy.exchange.ClientResponseEncoder;
import io.countersign.proxy.exchange.HeadWatch;
import io.countersign.proxy.exchange.Services;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.flow.FlowControlHandler;

/**
 * Every handler of a client connection, by name and in its order.
 *
 * <pre>
 * head-watch             the head's time runs from its first octet
 * http-request-decoder   strict lines, RFC 9112 framing
 * http-response-encoder
 * flow-control           hands on nothing while reading is off: a read decodes as many requests as it holds
 * client-connection      requests one after the other, each an Exchange
 * </pre>
 *
 * <p>The pipeline of an upstream connection stands beside its handlers, in {@code upstream}.
 */
final class Pipelines {
    private static final int REQUEST_LINE_BESIDES_TARGET = 32;
    private static final int CHUNK = 64 * 1024;

    private Pipelines() {}

    static void client(ChannelPipeline pipeline, Services services, ListenerConfig listener, LimitsConfig limits) {
        ClientResponseEncoder encoder = new ClientResponseEncoder();
        ClientConnection connection = new ClientConnection(services, listener, encoder);
        pipeline.addLast("head-watch", new HeadWatch(connection));
        pipeline.addLast("http-request-decoder", new HttpRequestDecoder(decoding(limits)));
        pipeline.addLast("http-response-encoder", encoder);
        pipeline.addLast("flow-control", new FlowControlHandler());
        pipeline.addLast("client-connection", connection);
    }

    private static HttpDecoderConfig decoding(LimitsConfig limits) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.target() + REQUEST_LINE_BESIDES_TARGET)
                .setMaxHeaderSize(limits.head())
                .setMaxChunkSize(CHUNK)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true);
    }
}
