package io.countersign.proxy.tunnel;

import io.countersign.proxy.fields.ListField;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/** The opening handshake (RFC 6455 section 4): what a 101 has to say for the client to get it. */
public final class Upgrade {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Upgrade() {}

    /**
     * What is wrong with a 101, as a predicate; empty where it accepts what the client asked for (section 4.1).
     *
     * @param request fields of the client's request, with one good key
     */
    public static Optional<String> fault(HttpHeaders request, HttpResponse answer) {
        if (!answer.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return Optional.of("answered 101 by " + answer.protocolVersion() + ", which has none");
        }
        HttpHeaders said = answer.headers();
        if (!ListField.has(said.getAll(HttpHeaderNames.UPGRADE), "websocket")
                || !ListField.has(said.getAll(HttpHeaderNames.CONNECTION), "upgrade")) {
            return Optional.of("answered 101 without Upgrade: websocket and Connection: Upgrade");
        }
        String right = accept(request.get(HttpHeaderNames.SEC_WEBSOCKET_KEY).strip());
        boolean accepted = said.getAll(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT).size() == 1
                && right.equals(said.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT).strip());
        return accepted
                ? Optional.empty()
                : Optional.of("answered 101 with a Sec-WebSocket-Accept that does not follow from the client's key");
    }

    /** Section 4.2.2, step 5.4. */
    static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
