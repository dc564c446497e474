package io.countersign.proxy.exchange;

import io.countersign.proxy.fields.ResponseFields;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.tunnel.Tunnel;
import io.countersign.proxy.tunnel.TunnelEnd;
import io.countersign.proxy.tunnel.TunnelLimits;
import io.countersign.proxy.tunnel.Upgrade;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.flow.FlowControlHandler;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a WebSocket of a client's connection once the upstream has agreed to one: checks its 101, passes it on, and lets the bytes pass.
 * The connection ends with it. Confined to the exchange's loop.
 */
final class Upgrading {
    private final Front front;
    private final ClientLink client;
    private final ClientWriter writer;
    private final ExchangeTrace trace;
    private final HttpRequest request;
    private boolean begun;

    Upgrading(Front front, ClientLink client, ClientWriter writer, ExchangeTrace trace, HttpRequest request) {
        this.front = front;
        this.client = client;
        this.writer = writer;
        this.trace = trace;
        this.request = request;
    }

    /** Whether the client has got its 101, so that it can get no other response. */
    boolean hasBegun() {
        return begun;
    }

    /**
     * Begins with the upstream's 101, or returns what the client gets instead.
     *
     * @param connection hands the upstream's connection over
     */
    Optional<LocalResponse> begin(HttpResponse answer, Consumer<ChannelHandler> connection, Route route) {
        assert client.isOnLoop();
        Optional<UpstreamFault> fault = Upgrade.fault(request.headers(), answer)
                .map(what -> new UpstreamFault(UpstreamFault.Kind.UPGRADE, route.upstream() + " " + what));
        if (fault.isPresent()) {
            trace.upstream().broke(fault.get().kind().token());
            return fault.map(LocalResponses::upstream);
        }
        if (front.lifecycle().phase() != Lifecycle.Phase.SERVING) {
            return Optional.of(LocalResponses.draining());
        }
        begun = true;
        client.timer().rest();
        HttpResponse head = ResponseFields.toClient(answer);
        writer.switching(head);
        client.channel()
                .write(new DefaultFullHttpResponse(
                        head.protocolVersion(),
                        head.status(),
                        Unpooled.EMPTY_BUFFER,
                        head.headers(),
                        EmptyHttpHeaders.INSTANCE));
        client.channel().pipeline().remove(ClientResponseEncoder.class);
        TunnelLimits limits = new TunnelLimits(
                route.times().webSocket().idle(), route.times().webSocket().maxAge());
        front.observer().upgraded(route.name());
        new Tunnel(client.channel(), limits, this::ended).begin(connection, this::handOver);
        return Optional.empty();
    }

    /** HTTP is over on the client's connection as well: what it has sent behind its request is the first that the reader gets. */
    private void handOver(ChannelHandler reader) {
        ChannelPipeline pipeline = client.channel().pipeline();
        pipeline.remove(FlowControlHandler.class);
        pipeline.addBefore(pipeline.lastContext().name(), "tunnel", reader);
        client.endHttp();
    }

    private void ended(TunnelEnd end, long up, long down) {
        trace.received(up);
        trace.responded(down);
        trace.tunnelled(end);
        writer.ended(end.isAnnounced());
    }
}
