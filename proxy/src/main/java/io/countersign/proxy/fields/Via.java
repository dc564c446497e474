package io.countersign.proxy.fields;

import io.countersign.sigv4.Header;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.UUID;

/**
 * The field by which a gateway says that a request has passed it (RFC 9110 section 7.6.3), and by which it knows one that
 * comes back: else a route whose upstream leads here again would turn one request into as many as there are places.
 *
 * <p>A pseudonym names the instance, so that two proxies in a row are no loop. The field is never signed.
 */
public final class Via {
    static final String NAME = "via";

    private final String pseudonym;
    private final Header inHttp11;
    private final Header inHttp10;

    /** @param pseudonym a token in lower case that no other instance has; others may change its case */
    public Via(String pseudonym) {
        this.pseudonym = pseudonym;
        this.inHttp11 = new Header("Via", "1.1 " + pseudonym);
        this.inHttp10 = new Header("Via", "1.0 " + pseudonym);
    }

    /** With a pseudonym that no other process has. */
    public static Via ofOneProcess() {
        return new Via("countersign-" + UUID.randomUUID().toString().substring(0, 8));
    }

    /** Whether the request has been here before. */
    public boolean isIn(HttpHeaders request) {
        for (String value : request.getAll(HttpHeaderNames.VIA)) {
            if (value.toLowerCase(Locale.ROOT).contains(pseudonym)) {
                return true;
            }
        }
        return false;
    }

    /** The field for a request that came in that version; no other than these two is spoken. */
    Header field(HttpVersion received) {
        return received.equals(HttpVersion.HTTP_1_0) ? inHttp10 : inHttp11;
    }
}
