package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** The head of a response, as the codec writes it. */
final class ResponseHead {
    private ResponseHead() {}

    /**
     * Throws {@link IllegalArgumentException} where a field of the response can't be sent.
     *
     * @param version of the request: a client of HTTP/1.0 reads what lasts until the connection closes
     */
    static HttpResponse of(Response response, HttpVersion version) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status());
        HttpHeaders headers = head.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        if (response.status().equals(HttpResponseStatus.NOT_MODIFIED)) {
            // Its length would have to be that of the body that the client has (RFC 9110 section 8.6).
            headers.remove(HttpHeaderNames.CONTENT_TYPE);
        } else if (response.stream().isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        } else if (!version.equals(HttpVersion.HTTP_1_0)) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        response.fields().forEach(headers::set);
        headers.set("x-content-type-options", "nosniff");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return head;
    }
}
