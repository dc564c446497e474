package io.countersign.proxy.exchange;

import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.config.SigningConfig;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.fields.RequestFields;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.UnreservedEscapes;
import io.countersign.proxy.signing.RequestSigner;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.RequestHead;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PathStyle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A request in the form in which it goes upstream, to be signed anew for each attempt. */
final class OutgoingRequest {
    /** A method whose request says its body's length even when there is none (RFC 9110 section 8.6). */
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private final Route route;
    private final String method;
    private final WireTarget target;
    private final List<Header> fields;
    private final RequestBody body;

    /**
     * One attempt's head, ready to be sent.
     *
     * @param signed what the signature covers besides its own fields; empty on a route that does not sign
     * @param fields all that is sent
     */
    record Signed(WireTarget target, List<Header> signed, List<Header> fields) {}

    OutgoingRequest(Route route, HttpRequest head, Target asked, RequestBody body, Via via) {
        this.route = route;
        this.method = head.method().name();
        this.body = body;
        this.target = WireTarget.of(
                path(asked.path()),
                asked.query().orElse(null),
                route.config().stripPrefix().orElse(""),
                route.upstream().config().basePath(),
                route.signing()
                        .filter(s -> s.context().pathStyle().equals(PathStyle.S3))
                        .isPresent());
        this.fields = new ArrayList<>(head.headers().size() + 8);
        fields.add(new Header("Host", route.upstream().config().authority()));
        fields.addAll(RequestFields.toUpstream(head, route.config(), via));
        if (body.length() < 0) {
            fields.add(new Header("Transfer-Encoding", "chunked"));
        } else if (body.length() > 0 || WITH_BODY.contains(method)) {
            fields.add(new Header("Content-Length", Long.toString(body.length())));
        }
    }

    /** As it came; but a prefix that is to be stripped was found by what its escapes stand for. */
    private String path(String raw) {
        boolean spelled = raw.startsWith(route.config().stripPrefix().orElse(""));
        return spelled ? raw : UnreservedEscapes.decode(raw);
    }

    /** The head as it is, on a route that does not sign. */
    Signed unsigned() {
        return new Signed(target, List.of(), fields);
    }

    Signed sign(RequestSigner signer, Credentials.Usable credentials, Instant time) {
        Route.Signing signing = route.signing().orElseThrow();
        SigningConfig config = route.config().signing().orElseThrow();
        List<Header> signed = new ArrayList<>(8);
        signed.add(fields.get(0));
        RequestFields.addSigned(fields, route.config(), signed);
        if (config.signInQuery()) {
            WireTarget withSignature = signer.signInQuery(
                    method,
                    target,
                    signed,
                    body.hash(),
                    signing.context(),
                    credentials.value(),
                    time,
                    config.queryExpires());
            return new Signed(withSignature, signed, fields);
        }
        List<Header> sent = new ArrayList<>(fields.size() + 4);
        sent.addAll(fields);
        signer.sign(method, target, signed, body.hash(), signing.context(), credentials.value(), time, sent);
        return new Signed(target, signed, sent);
    }

    /** What the signature of an attempt was computed from. */
    Explanation explain(RequestSigner signer, List<Header> signed, Credentials.Usable credentials, Instant time) {
        Route.Signing signing = route.signing().orElseThrow();
        SigningConfig config = route.config().signing().orElseThrow();
        return config.signInQuery()
                ? signer.explainInQuery(
                        method,
                        target,
                        signed,
                        body.hash(),
                        signing.context(),
                        credentials.value(),
                        time,
                        config.queryExpires())
                : signer.explain(method, target, signed, body.hash(), signing.context(), credentials.value(), time);
    }

    /** Octets of an attempt's head. */
    int size(Signed signed) {
        return RequestHead.size(method, signed.target().text(), signed.fields());
    }

    /** An attempt's head as octets, <em>returned owned</em>, with room behind for a small body that is here already. */
    ByteBuf encode(ByteBufAllocator allocator, Signed signed) {
        long atHand = body instanceof CollectedBody ? body.length() : 0;
        return RequestHead.encode(allocator, method, signed.target().text(), signed.fields(), atHand);
    }

    String method() {
        return method;
    }

    /** As the upstream sees it, without the query. */
    String path() {
        return target.path();
    }

    RequestBody body() {
        return body;
    }
}
