package io.countersign.proxy.upstream;

import io.countersign.proxy.wire.ResponseDecoder;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;

/** The handlers of an upstream connection, by name and in their order. */
final class UpstreamPipeline {
    static final String TLS = "tls";
    static final String DECODER = "http-response-decoder";
    static final String CONNECTION = "upstream-connection";

    private UpstreamPipeline() {}

    /** Requests are written as octets, by {@link RequestHead}: no encoder stands between what is signed and what is sent. */
    static void build(
            ChannelPipeline pipeline, SslHandler tls, ResponseDecoder decoder, UpstreamConnection connection) {
        if (tls != null) {
            pipeline.addLast(TLS, tls);
        }
        pipeline.addLast(DECODER, decoder);
        pipeline.addLast(CONNECTION, connection);
    }
}
