package io.countersign.proxy.local;

import io.countersign.proxy.fields.CrossOrigin;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.wire.HttpDate;
import io.countersign.proxy.wire.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Gives an {@link LocalResponse} its form: {@code application/problem+json} (RFC 9457) with Proxy-Status (RFC 9209). */
public final class LocalResponseWriter {
    /** RFC 5842 section 7.2; not among Netty's. */
    private static final HttpResponseStatus LOOP_DETECTED = new HttpResponseStatus(508, "Loop Detected");

    private LocalResponseWriter() {}

    /**
     * The response to send, <em>returned owned</em>.
     *
     * @param keepsData whether the caller is to keep its data, which decides the status
     */
    public static FullHttpResponse response(LocalResponse local, boolean keepsData, String requestId, Instant now) {
        int code = local.status(keepsData);
        HttpResponseStatus status = code == LOOP_DETECTED.code() ? LOOP_DETECTED : HttpResponseStatus.valueOf(code);
        StringBuilder json = new StringBuilder(160 + local.detail().length());
        json.append("{\"type\":\"about:blank\",\"title\":\"").append(status.reasonPhrase());
        json.append("\",\"status\":").append(code).append(",\"detail\":\"");
        JsonText.appendAscii(json, local.detail());
        json.append("\",\"request_id\":\"").append(requestId).append('"');
        local.approval().ifPresent(approval -> append(json, approval));
        json.append("}\n");
        ByteBuf body = Unpooled.copiedBuffer(json, StandardCharsets.US_ASCII);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.DATE, HttpDate.text(now))
                .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        response.headers().set("proxy-status", proxyStatus(local));
        if (code == 503 || code == 429) {
            int wait = local.statuses().retryAfter();
            response.headers()
                    .set(
                            HttpHeaderNames.RETRY_AFTER,
                            wait > 0 ? wait : RouteHealth.shortWait(ThreadLocalRandom.current()));
        }
        if (code == 401) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""); // RFC 6750
        }
        if (local.allow() != null) {
            response.headers().set(HttpHeaderNames.ALLOW, local.allow());
        }
        return response;
    }

    /**
     * The response to a preflight that an allowed origin sends (Fetch standard, section 4.8), <em>returned owned</em>.
     *
     * @param fields that the request is to carry, as the browser listed them
     */
    public static FullHttpResponse preflight(CrossOrigin page, String method, Optional<String> fields) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
        page.allow(method, fields, response.headers());
        return response;
    }

    private static void append(StringBuilder json, LocalResponse.ApprovalRequest approval) {
        json.append(",\"approval_request\":").append(approval.number());
        approval.contact().ifPresent(contact -> {
            json.append(",\"approval_contact\":\"");
            JsonText.appendAscii(json, contact);
            json.append('"');
        });
    }

    /** RFC 9209 section 2: one list member with parameters, details as a structured-field string (ASCII, quoted). */
    private static String proxyStatus(LocalResponse local) {
        StringBuilder out = new StringBuilder(80 + local.detail().length());
        out.append("countersign; error=").append(local.cause().token());
        if (local.receivedStatus() != 0) {
            out.append("; received-status=").append(local.receivedStatus());
        }
        out.append("; details=\"");
        for (int i = 0; i < local.detail().length(); i++) {
            char c = local.detail().charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                out.append(c >= 0x20 && c < 0x7f ? c : '?');
            }
        }
        return out.append('"').toString();
    }
}
