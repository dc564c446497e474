package io.countersign.proxy.upstream.http1;

import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.wire.DecodeFault;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a response's head means for its connection. */
final class ResponseHeadCheck {
    private static final Pattern TIMEOUT = Pattern.compile(
            "(?:^|,)[ \\t]*timeout[ \\t]*=[ \\t]*(\\d{1,9})(?=[ \\t]*(?:,|$))", Pattern.CASE_INSENSITIVE);

    private ResponseHeadCheck() {}

    /** What is wrong with a head. */
    static Optional<UpstreamFault> check(HttpResponse head, Upstream upstream) {
        Throwable cause = head.decoderResult().cause();
        if (cause == null) {
            return Optional.empty();
        }
        boolean tooLarge = cause instanceof DecodeFault fault
                && (fault.kind() == DecodeFault.Kind.HEAD_TOO_LARGE
                        || fault.kind() == DecodeFault.Kind.START_LINE_TOO_LONG
                        || fault.kind() == DecodeFault.Kind.TOO_MANY_FIELDS);
        return Optional.of(new UpstreamFault(
                tooLarge ? UpstreamFault.Kind.RESPONSE_HEAD_SIZE : UpstreamFault.Kind.HTTP_PROTOCOL,
                upstream + " answered with a faulty head: " + cause.getMessage()));
    }

    /** Whether the body goes on until the connection ends (RFC 9112 section 6.3). */
    static boolean isDelimitedByClose(HttpResponse head, boolean toHead) {
        int status = head.status().code();
        return !toHead
                && status != 204
                && status != 304
                && !head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                && !head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    /** Whether the connection may serve another request after this response. */
    static boolean keepsAlive(HttpResponse head) {
        return HttpUtil.isKeepAlive(head);
    }

    /**
     * How long the upstream keeps the connection idle, by {@code Keep-Alive: timeout=SECONDS} (RFC 2068 section 19.7.1.1, not
     * standard any more, and sent by many); the smallest of several, empty if none can be read.
     */
    static Optional<Duration> keepAliveTimeout(HttpResponse head) {
        Optional<Duration> min = Optional.empty();
        for (String line : head.headers().getAll("keep-alive")) {
            Matcher timeout = TIMEOUT.matcher(line);
            while (timeout.find()) {
                Duration said = Duration.ofSeconds(Long.parseLong(timeout.group(1)));
                min = min.filter(before -> before.compareTo(said) <= 0).or(() -> Optional.of(said));
            }
        }
        return min;
    }
}
