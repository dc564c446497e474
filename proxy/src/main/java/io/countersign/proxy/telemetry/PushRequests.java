package io.countersign.proxy.telemetry;

import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.fields.RequestFields;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A push as it goes upstream: with the fields of its route, and signed as the route signs. Confined to a loop. */
final class PushRequests {
    private final Signers signers = new Signers();
    private final Via via = new Via("countersign-telemetry");

    /** @param keys that sign; empty on a route that doesn't */
    UpstreamRequest of(Route route, Optional<Credentials.Usable> keys, String path, byte[] bytes) {
        CollectedBody body = body(bytes);
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/x-protobuf")
                .set(HttpHeaderNames.USER_AGENT, "countersign");
        List<Header> fields = new ArrayList<>();
        fields.add(new Header("Host", route.upstream().authority()));
        fields.addAll(RequestFields.toUpstream(head, route.config(), via));
        fields.add(new Header("Content-Length", String.valueOf(bytes.length)));
        boolean objectPath = route.signing()
                .filter(signing -> signing.form().context().pathStyle().equals(PathStyle.S3))
                .isPresent();
        WireTarget target =
                WireTarget.of(path, null, "", route.upstream().config().basePath(), objectPath);
        if (keys.isPresent()) {
            Route.Signing signing = route.signing().orElseThrow();
            List<Header> signed = new ArrayList<>(List.of(fields.get(0)));
            RequestFields.addSigned(fields, route.config(), signed);
            SignatureForm.Signature made = signing.form()
                    .sign(
                            signers,
                            new UnsignedRequest("POST", target, signed, body.hash()),
                            keys.get().value(),
                            signing.clock().now());
            target = made.target();
            fields.addAll(made.fields());
        }
        return new UpstreamRequest("POST", target.text(), fields, body);
    }

    /** Not pooled, so that nobody has to let go of it. */
    private static CollectedBody body(byte[] bytes) {
        BodyCollector collector =
                new BodyCollector(UnpooledByteBufAllocator.DEFAULT, new PayloadHash(), true, bytes.length);
        collector.add(Unpooled.wrappedBuffer(bytes));
        return collector.finish(PayloadHash.EMPTY);
    }
}
