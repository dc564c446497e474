package io.countersign.proxy;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.exchange.ClientConnection;
import io.countersign.proxy.exchange.ClientResponseEncoder;
import io.countersign.proxy.exchange.Front;
import io.countersign.proxy.exchange.Guest;
import io.countersign.proxy.exchange.Phases;
import io.countersign.proxy.exchange.RefusedConnection;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.listen.Arrival;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.HeaderFault;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.listen.ProxyHeaderBounds;
import io.countersign.proxy.listen.ProxyHeaderHandler;
import io.countersign.proxy.listen.SecondProxyHeader;
import io.countersign.proxy.listen.UnixHalfClose;
import io.countersign.proxy.listen.tls.TlsEntry;
import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import java.util.Optional;

/**
 * Every handler of a client connection, by name and in its order.
 *
 * <pre>
 * tls                    on a TLS listener, once the client has begun a handshake
 * tls-entry              the same, until the handshake is done; what follows is there only then
 * unix-half-close        on Unix sockets: a client may end its half before it has its response
 * http-request-decoder   our own, strict
 * http-response-encoder
 * flow-control           hands on nothing while reading is off: a read decodes as many requests as it holds
 * client-connection      requests one after the other, each an Exchange
 * </pre>
 *
 * <p>Once a request has become a WebSocket, {@code tunnel} takes the place of the three before {@code client-connection}.
 *
 * <p>On a listener with {@code proxy-protocol = required} a connection begins with others; once they are done, those above follow:
 *
 * <pre>
 * proxy-header-bounds    ends what can't become a header of a size that we want
 * proxy-header-decoder   Netty's
 * proxy-header           has the connection judged by whom the header names
 * second-proxy-header    closes the connection if another header follows
 * </pre>
 *
 * <p>A connection for which there is no room, or that speaks plain HTTP to a TLS listener, has only
 * {@code http-response-encoder} and {@code refused-connection}. The pipeline
 * of an upstream connection is built beside its handlers, in {@code upstream}.
 */
final class Pipelines {
    private static final int REQUEST_LINE_BESIDES_TARGET = 32;

    private final Front front;
    private final EventLoops loops;

    Pipelines(Front front, EventLoops loops) {
        this.front = front;
        this.loops = loops;
    }

    /** Of a connection that was accepted just now. */
    void client(Channel channel, Arrival arrival, ListenerConfig listener, Optional<TlsGate> tls) {
        ChannelPipeline pipeline = channel.pipeline();
        if (arrival instanceof Arrival.Announcing announcing) {
            pipeline.addLast("proxy-header-bounds", new ProxyHeaderBounds());
            pipeline.addLast("proxy-header-decoder", new HAProxyMessageDecoder(ProxyHeaderBounds.MAX_VALUES));
            pipeline.addLast("proxy-header", new ProxyHeaderHandler(announcing, judged -> {
                pipeline.remove(ProxyHeaderBounds.class);
                pipeline.addLast(
                        "second-proxy-header",
                        new SecondProxyHeader(
                                ended -> announcing.gate().refused(ended, HeaderFault.PROXY_HEADER_TWICE)));
                client(channel, judged, listener, tls);
            }));
            return;
        }
        if (arrival instanceof Arrival.Refused refused) {
            if (tls.isPresent()) {
                // What it could read would cost a handshake, and there is no room for that either.
                pipeline.close();
                return;
            }
            refused(
                    pipeline,
                    refused.caller(),
                    LocalResponses.tooManyConnections(limits().connections()),
                    refused.lingers());
            return;
        }
        Guest guest = (arrival instanceof Arrival.Denied denied
                        ? Guest.of(denied)
                        : Guest.of((Arrival.Admitted) arrival))
                .at(listener.bind().toString());
        if (tls.isEmpty()) {
            http(pipeline, guest, listener);
            return;
        }
        pipeline.addLast(
                "tls-entry",
                new TlsEntry(tls.get(), guest.caller(), guest.seat(), guest.headTimeout(listener), new TlsEntry.Next() {
                    @Override
                    public void secured(ChannelPipeline secured, TlsClient client) {
                        http(secured, guest.by(client), listener);
                    }

                    @Override
                    public void plain(ChannelPipeline plain) {
                        refused(plain, guest.caller(), LocalResponses.plainHttp(), true);
                    }
                }));
    }

    private void refused(ChannelPipeline pipeline, Caller caller, LocalResponse response, boolean lingers) {
        pipeline.addLast("http-response-encoder", new HttpResponseEncoder());
        pipeline.addLast("refused-connection", new RefusedConnection(front, caller, response, lingers));
    }

    private void http(ChannelPipeline pipeline, Guest guest, ListenerConfig listener) {
        LimitsConfig limits = limits();
        Phases phases = loops.of(pipeline.channel().eventLoop());
        ClientResponseEncoder encoder = new ClientResponseEncoder();
        RequestDecoder decoder = new RequestDecoder(head(limits));
        if (listener.bind() instanceof Bind.Unix) {
            pipeline.addLast("unix-half-close", new UnixHalfClose());
        }
        pipeline.addLast("http-request-decoder", decoder);
        pipeline.addLast("http-response-encoder", encoder);
        pipeline.addLast("flow-control", new FlowControlHandler());
        pipeline.addLast("client-connection", new ClientConnection(front, phases, listener, guest, decoder, encoder));
    }

    private LimitsConfig limits() {
        return front.snapshot().get().limits();
    }

    private static Limits head(LimitsConfig limits) {
        return new Limits(
                limits.message().maxTargetBytes() + REQUEST_LINE_BESIDES_TARGET,
                limits.message().maxHeaderBytes(),
                limits.message().maxHeaders(),
                limits.buffered());
    }
}
