package io.countersign.proxy.admin.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what writes a response. */
final class Sendings {
    private static final Logger LOG = LoggerFactory.getLogger(Sendings.class);

    private final ChannelHandlerContext ctx;
    private final Service service;
    private final Sending.Listener listener;

    Sendings(ChannelHandlerContext ctx, Service service, Sending.Listener listener) {
        this.ctx = ctx;
        this.service = service;
        this.listener = listener;
    }

    /** @param request empty where no readable one came */
    Sending of(Response response, Optional<HttpRequest> request) {
        boolean withBody =
                request.filter(head -> head.method().equals(HttpMethod.HEAD)).isEmpty();
        HttpVersion version = request.map(HttpRequest::protocolVersion).orElse(HttpVersion.HTTP_1_1);
        try {
            return of(response, ResponseHead.of(response, version), withBody);
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "admin: the response to {} can't be sent",
                    request.map(this::named).orElse("a request"),
                    e);
            response.stream().ifPresent(Stream::closed);
            Response failed = service.reception().response(Refusals.failed());
            return of(failed, ResponseHead.of(failed, version), withBody);
        }
    }

    private String named(HttpRequest request) {
        return request.method() + " " + Reception.path(request.uri());
    }

    private Sending of(Response response, HttpResponse head, boolean withBody) {
        if (response.stream().isEmpty() || !withBody) {
            response.stream().ifPresent(Stream::closed);
            // Or the encoder would write the end of a body (RFC 9112 section 6.1: a server may leave it out).
            head.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
            return new ResponseWriter(ctx, head, withBody ? response.body() : new byte[0], listener);
        }
        return new StreamWriter(ctx, head, response.stream().get(), service, listener);
    }
}
