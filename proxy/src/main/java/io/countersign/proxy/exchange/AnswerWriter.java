package io.countersign.proxy.exchange;

import io.countersign.proxy.rejection.RouteHealth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Gives an {@link Answer} its form: {@code application/problem+json} (RFC 9457) with Proxy-Status (RFC 9209). */
final class AnswerWriter {
    /** IMF-fixdate, RFC 9110 section 5.6.7. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    /** RFC 5842 section 7.2; not among Netty's. */
    private static final HttpResponseStatus LOOP_DETECTED = new HttpResponseStatus(508, "Loop Detected");

    private AnswerWriter() {}

    /** @param keepsData whether the caller is to keep its data, which decides the status */
    static FullHttpResponse response(Answer answer, boolean keepsData, String requestId, Instant now) {
        int code = answer.status(keepsData);
        HttpResponseStatus status = code == LOOP_DETECTED.code() ? LOOP_DETECTED : HttpResponseStatus.valueOf(code);
        StringBuilder json = new StringBuilder(160 + answer.detail().length());
        json.append("{\"type\":\"about:blank\",\"title\":\"").append(status.reasonPhrase());
        json.append("\",\"status\":").append(code).append(",\"detail\":\"");
        escape(answer.detail(), json);
        json.append("\",\"request_id\":\"").append(requestId).append("\"}\n");
        ByteBuf body = Unpooled.copiedBuffer(json, StandardCharsets.US_ASCII);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.DATE, DATE.format(now))
                .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        response.headers().set("proxy-status", proxyStatus(answer));
        if (code == 503) {
            int wait = answer.told().retryAfter();
            response.headers()
                    .set(
                            HttpHeaderNames.RETRY_AFTER,
                            wait > 0 ? wait : RouteHealth.shortWait(ThreadLocalRandom.current()));
        }
        if (answer.allow() != null) {
            response.headers().set(HttpHeaderNames.ALLOW, answer.allow());
        }
        return response;
    }

    /** RFC 9209 section 2: one list member with parameters, details as a structured-field string (ASCII, quoted). */
    private static String proxyStatus(Answer answer) {
        StringBuilder out = new StringBuilder(80 + answer.detail().length());
        out.append("countersign; error=").append(answer.cause().token());
        if (answer.receivedStatus() != 0) {
            out.append("; received-status=").append(answer.receivedStatus());
        }
        out.append("; details=\"");
        for (int i = 0; i < answer.detail().length(); i++) {
            char c = answer.detail().charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                out.append(c >= 0x20 && c < 0x7f ? c : '?');
            }
        }
        return out.append('"').toString();
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c >= 0x7f) {
                out.append("\\u").append(Character.forDigit(c >> 12, 16)).append(Character.forDigit(c >> 8 & 15, 16));
                out.append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
    }
}
