package io.countersign.proxy.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** A whole answer of the admin port. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(HttpResponseStatus status, String contentType, boolean gzip, byte[] body) {
    /** A page of plain text that ends in a line end. */
    static Answer text(HttpResponseStatus status, String text) {
        return new Answer(status, "text/plain; charset=utf-8", false, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
