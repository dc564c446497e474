package io.countersign.proxy.request;

import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.fields.RequestFields;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.fields.Upgrades;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.sigv4.Header;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A request in the form in which it goes upstream, to be signed anew for each attempt. */
public final class OutgoingRequest {
    /** A method whose request says its body's length even when there is none (RFC 9110 section 8.6). */
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private final Route route;
    private final HttpRequest head;
    private final Target asked;
    private final Via via;
    private final String method;
    private final WireTarget target;
    private final List<Header> fields;
    private final RequestBody body;
    private final boolean switches;

    /**
     * Of a client's request.
     *
     * @param asked the target as the client sent it
     */
    public OutgoingRequest(Route route, HttpRequest head, Target asked, RequestBody body, Via via) {
        this.route = route;
        this.head = head;
        this.asked = asked;
        this.via = via;
        this.method = head.method().name();
        this.body = body;
        this.target = route.target(asked.path(), asked.query().orElse(null));
        this.fields = RequestFields.toUpstream(head, route.config(), via);
        fields.add(0, new Header("Host", route.upstream().authority()));
        if (body.length() < 0) {
            fields.add(new Header("Transfer-Encoding", "chunked"));
        } else if (body.length() > 0 || WITH_BODY.contains(method)) {
            fields.add(new Header("Content-Length", Long.toString(body.length())));
        }
        this.switches = route.config().delivery().webSocket()
                && head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && Upgrades.areToWebSocket(head.headers());
        if (switches) {
            fields.add(new Header("Connection", "Upgrade"));
            fields.add(new Header("Upgrade", "websocket"));
        }
    }

    /** The same request in the form in which it goes to another of its route's upstreams. */
    public OutgoingRequest to(Route way) {
        return new OutgoingRequest(way, head, asked, body, via);
    }

    /** As it is, on a route that does not sign. */
    public UpstreamRequest unsigned() {
        return new UpstreamRequest(method, target.text(), fields, body);
    }

    /** What a signature is made of; the same for each attempt. */
    public UnsignedRequest toSign() {
        List<Header> signed = new ArrayList<>(8);
        signed.add(fields.get(0));
        RequestFields.addSigned(fields, route.config(), signed);
        return new UnsignedRequest(method, target, signed, body.hash());
    }

    /** One attempt's request, signed. */
    public UpstreamRequest signed(SignatureForm.Signature signature) {
        List<Header> sent = new ArrayList<>(fields.size() + signature.fields().size());
        sent.addAll(fields);
        sent.addAll(signature.fields());
        signature.chunks().ifPresent(body::signChunks);
        return new UpstreamRequest(method, signature.target().text(), sent, body);
    }

    /** Whether it asks its connection to become a WebSocket. */
    public boolean asksToSwitch() {
        return switches;
    }

    public Route route() {
        return route;
    }

    public String method() {
        return method;
    }

    /** As the upstream sees it, without the query. */
    public String path() {
        return target.path();
    }

    public RequestBody body() {
        return body;
    }
}
