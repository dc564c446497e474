package io.countersign.proxy.exchange;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Netty's encoder, told of HEAD: its response announces a body that is not sent (RFC 9110 section 9.3.2). */
public final class ClientResponseEncoder extends HttpResponseEncoder {
    private boolean head;

    void answering(HttpMethod method) {
        head = HttpMethod.HEAD.equals(method);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return head || super.isContentAlwaysEmpty(response);
    }
}
