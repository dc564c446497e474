package io.countersign.proxy.fields;

import io.countersign.proxy.wire.HopByHop;
import io.countersign.proxy.wire.MessageFields;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The head of a relayed response: the upstream's, without what belonged to its connection. */
public final class ResponseFields {
    /** Fields that the caller adds as a rule: for how long the connection is kept. */
    private static final int ADDED = 2;

    private ResponseFields() {}

    /** A new head for the client; framing and persistence are the caller's to add. */
    public static HttpResponse toClient(HttpResponse upstream) {
        HttpResponse out = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1,
                upstream.status(),
                new MessageFields(upstream.headers().size() + ADDED));
        Set<String> named = HopByHop.named(upstream.headers());
        for (Map.Entry<String, String> field : upstream.headers()) {
            String name = field.getKey();
            if (!HopByHop.always(name) && (named.isEmpty() || !named.contains(name.toLowerCase(Locale.ROOT)))) {
                out.headers().add(field.getKey(), field.getValue());
            }
        }
        // Removing Content-Length because Connection named it would change the framing under us.
        String length = upstream.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && !named.isEmpty()) {
            out.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        return out;
    }
}
