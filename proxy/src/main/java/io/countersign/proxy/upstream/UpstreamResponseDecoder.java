package io.countersign.proxy.upstream;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Netty's decoder, told of HEAD (whose responses announce a body that never comes) and asked what it has left over. */
final class UpstreamResponseDecoder extends HttpResponseDecoder {
    private static final int MAX_STATUS_LINE = 4096;
    private static final int MAX_HEAD = 32 * 1024;

    private boolean head;

    UpstreamResponseDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_STATUS_LINE)
                .setMaxHeaderSize(MAX_HEAD)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true));
    }

    void expectResponseTo(String method) {
        head = method.equals("HEAD");
    }

    /** Octets received that belong to no message yet. */
    int leftOver() {
        return actualReadableBytes();
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return (head && message instanceof HttpResponse response && response.status().code() >= 200)
                || super.isContentAlwaysEmpty(message);
    }
}
