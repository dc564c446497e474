package io.countersign.proxy.response;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.rejection.RejectionBody;
import io.countersign.proxy.secrets.Secrets;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** A response that was held because it may be a rejection, in the form in which a client gets to see it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RelayedRejection(HttpResponse head, byte[] body) {
    /** Said of the body that is replaced, and no longer true. */
    private static final Set<String> OF_THE_BODY = Set.of(
            "content-encoding",
            "content-md5",
            "content-digest",
            "content-range",
            "digest",
            "repr-digest",
            "etag",
            "trailer",
            "x-amz-crc32");

    private static final int MAX_UNZIPPED = 1024 * 1024;

    /** A rejection by AWS itself: its fields masked, and a body of our own making. */
    static RelayedRejection ofAws(
            Rejection rejection, HttpResponse head, byte[] body, String service, Secrets secrets) {
        RejectionBody own = RejectionBody.of(rejection, head.headers()::get, body, service, secrets);
        HttpResponse masked = masked(head, secrets, true);
        own.contentType().ifPresent(type -> masked.headers().set(HttpHeaderNames.CONTENT_TYPE, type));
        return new RelayedRejection(masked, own.bytes());
    }

    /**
     * A firewall's or an authorizer's own words, which its operator may have written, without our secrets; empty when they
     * are in a coding in which those could not be found, or not whole.
     */
    static Optional<RelayedRejection> ofGuards(HttpResponse head, byte[] body, Secrets secrets) {
        String coding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        boolean readable = coding == null
                || coding.strip().equalsIgnoreCase("identity")
                || (coding.strip().equalsIgnoreCase("gzip")
                        && unzipped(head, body).isPresent());
        return readable && body.length <= HeldBody.MAX ? Optional.of(ofOthers(head, body, secrets)) : Optional.empty();
    }

    /** Somebody else's answer, without our secrets; as it came where there are none in it. */
    static RelayedRejection ofOthers(HttpResponse head, byte[] body, Secrets secrets) {
        // Latin-1 keeps every byte, whatever the body's charset.
        String before = new String(unzipped(head, body).orElse(body), ISO_8859_1);
        String after = secrets.maskKnown(before);
        boolean changed = !after.equals(before);
        return new RelayedRejection(masked(head, secrets, changed), changed ? after.getBytes(ISO_8859_1) : body);
    }

    /** Empty when it is not zipped, or not in a whole piece. */
    private static Optional<byte[]> unzipped(HttpResponse head, byte[] body) {
        String coding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        if (coding == null || !coding.strip().equalsIgnoreCase("gzip")) {
            return Optional.empty();
        }
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return Optional.of(plain.readNBytes(MAX_UNZIPPED));
        } catch (IOException notGzip) {
            return Optional.empty();
        }
    }

    private static HttpResponse masked(HttpResponse head, Secrets secrets, boolean otherBody) {
        HttpResponse out = new DefaultHttpResponse(head.protocolVersion(), head.status());
        for (Map.Entry<String, String> field : head.headers()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            boolean dropped = otherBody && (OF_THE_BODY.contains(name) || name.startsWith("x-amz-checksum-"));
            if (!dropped && !secrets.plainlyIn(field.getKey())) {
                out.headers().add(field.getKey(), secrets.maskKnown(field.getValue()));
            }
        }
        return out;
    }
}
