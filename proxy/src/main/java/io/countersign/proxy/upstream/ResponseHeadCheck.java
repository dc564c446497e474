package io.countersign.proxy.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Map;

/** Refuses response heads that two parsers could read in two ways, or that make no sense. */
final class ResponseHeadCheck {
    private ResponseHeadCheck() {}

    /** What is wrong with a final head, or null. */
    static UpstreamFault check(HttpResponse head, Upstream upstream) {
        Throwable cause = head.decoderResult().cause();
        if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException) {
            return new UpstreamFault(
                    UpstreamFault.Kind.RESPONSE_HEAD_SIZE, upstream + " answered with a head over 32 KiB");
        }
        if (cause != null) {
            return fault(upstream, "a malformed head");
        }
        int status = head.status().code();
        if (status < 200 || status > 599) {
            return fault(upstream, "the status " + status);
        }
        if (!head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return fault(upstream, "the version " + head.protocolVersion());
        }
        List<String> coding = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> length = head.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (!coding.isEmpty() && (coding.size() > 1 || !coding.get(0).equalsIgnoreCase("chunked"))) {
            return fault(upstream, "a Transfer-Encoding other than chunked");
        }
        if (!coding.isEmpty() && !length.isEmpty()) {
            return fault(upstream, "both Transfer-Encoding and Content-Length");
        }
        if (length.size() > 1 || (length.size() == 1 && !isLength(length.get(0)))) {
            return fault(upstream, "a faulty Content-Length");
        }
        for (Map.Entry<String, String> field : head.headers()) {
            if (hasControl(field.getValue())) {
                return fault(upstream, "a control character in the field " + field.getKey());
            }
        }
        return null;
    }

    /** Whether the connection may serve another request after this response. */
    static boolean keepsAlive(HttpResponse head) {
        boolean framed = head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                || HttpUtil.isTransferEncodingChunked(head)
                || head.status().code() == 204
                || head.status().code() == 304;
        return HttpUtil.isKeepAlive(head) && framed;
    }

    private static UpstreamFault fault(Upstream upstream, String what) {
        return new UpstreamFault(UpstreamFault.Kind.HTTP_PROTOCOL, upstream + " answered with " + what);
    }

    private static boolean isLength(String value) {
        if (value.isEmpty() || value.length() > 18) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean hasControl(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                return true;
            }
        }
        return false;
    }
}
