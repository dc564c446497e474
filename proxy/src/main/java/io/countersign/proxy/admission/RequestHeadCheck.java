package io.countersign.proxy.admission;

import io.countersign.proxy.fields.Target;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.wire.DecodeFault;
import io.countersign.proxy.wire.Methods;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses request heads that are malformed, or that two parsers could read in two ways (RFC 9112 sections 2 to 6), before
 * anything is done for them. The decoder has judged lines and framing; this judges what they say.
 */
final class RequestHeadCheck {
    /** Fields whose look-alikes with underscores some servers take for the field itself. */
    private static final Set<String> NOT_WITH_UNDERSCORE =
            Set.of("transfer-encoding", "content-length", "content-type", "proxy-authorization");

    private RequestHeadCheck() {}

    /** A readable head, or the response that it gets. */
    sealed interface Result {
        record Good(Head head) implements Result {}

        record Bad(LocalResponse response) implements Result {}
    }

    /** @param local where the client connected to: what a Host field would name, were there one; empty where that is no address */
    static Result check(HttpRequest head, LimitsConfig limits, Optional<InetSocketAddress> local) {
        if (head.decoderResult().cause() instanceof DecodeFault fault) {
            return bad(unreadable(fault, limits));
        }
        if (head.headers().size() > limits.message().maxHeaders()) {
            // Decoded under an earlier limit, which a reload has lowered.
            return bad(LocalResponses.tooManyFields(limits.message().maxHeaders()));
        }
        Optional<String> fieldFault = fieldFault(head.headers());
        if (fieldFault.isPresent()) {
            return malformed(fieldFault.get());
        }
        if (!Methods.isServed(head.method().name())) {
            return bad(LocalResponses.methodRefused(head.method().name()).closing());
        }
        return target(head, limits, local);
    }

    private static Result target(HttpRequest head, LimitsConfig limits, Optional<InetSocketAddress> local) {
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        boolean http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (hosts.size() != 1 && !(hosts.isEmpty() && http10 && local.isPresent())) {
            return malformed("a request has one Host field, this has " + (hosts.isEmpty() ? "none" : hosts.size()));
        }
        // HTTP/1.0 knows no Host field: the place it was sent to is what it means (RFC 9112 section 3.3).
        String authority = hosts.isEmpty() ? HostField.of(local.get()) : hosts.get(0);
        Optional<String> host = HostField.name(authority);
        if (host.isEmpty()) {
            return malformed("the Host field is not a host with an optional port");
        }
        String target = head.uri();
        if (target.length() > limits.message().maxTargetBytes()) {
            return bad(LocalResponses.targetTooLong(limits.message().maxTargetBytes()));
        }
        if (target.regionMatches(true, 0, "http://", 0, 7) || target.regionMatches(true, 0, "https://", 0, 8)) {
            // Absolute form: RFC 9112 section 3.2.2 says that its authority goes before the Host field.
            int from = target.indexOf("//") + 2;
            int end = authorityEnd(target, from);
            authority = target.substring(from, end);
            host = HostField.name(authority);
            target = end < target.length() && target.charAt(end) == '/'
                    ? target.substring(end)
                    : "/" + target.substring(end);
            if (host.isEmpty()) {
                return malformed("the target's authority is not a host with an optional port");
            }
        }
        if (!target.startsWith("/")) {
            return malformed("the target does not begin with /");
        }
        Optional<String> fault = TargetCheck.fault(target);
        if (fault.isPresent()) {
            return malformed(fault.get());
        }
        HttpHeaders fields = head.headers();
        return new Result.Good(new Head(
                head.method().name(), Target.of(target), authority, host.get(), fields, length(fields), http10));
    }

    /** RFC 3986 section 3.2: it ends with the next slash, question mark or number sign, or with the target. */
    private static int authorityEnd(String target, int from) {
        int end = from;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** Names are tokens and values hold no control character (RFC 9110 section 5.5); signed values are ASCII. */
    private static Optional<String> fieldFault(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            CharSequence name = field.getKey();
            CharSequence value = field.getValue();
            boolean amz = startsWithAmz(name);
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if ((c < 0x20 && c != '\t') || c == 0x7f || (amz && c >= 0x80)) {
                    return Optional.of("the value of the field " + name + " holds a byte that it must not");
                }
            }
            if (hasUnderscore(name)) {
                String dashed = name.toString().toLowerCase(Locale.ROOT).replace('_', '-');
                if (dashed.startsWith("x-amz-") || NOT_WITH_UNDERSCORE.contains(dashed)) {
                    return Optional.of("the field " + name + " looks like " + dashed + "; it is written with dashes");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean startsWithAmz(CharSequence name) {
        return name.length() >= 6
                && (name.charAt(0) | 0x20) == 'x'
                && name.charAt(1) == '-'
                && (name.charAt(2) | 0x20) == 'a'
                && (name.charAt(3) | 0x20) == 'm'
                && (name.charAt(4) | 0x20) == 'z'
                && name.charAt(5) == '-';
    }

    private static boolean hasUnderscore(CharSequence name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '_') {
                return true;
            }
        }
        return false;
    }

    private static LocalResponse unreadable(DecodeFault fault, LimitsConfig limits) {
        return switch (fault.kind()) {
            case MALFORMED, BODY_TOO_LARGE -> LocalResponses.malformed(fault.getMessage());
            case START_LINE_TOO_LONG ->
                LocalResponses.targetTooLong(limits.message().maxTargetBytes());
            case HEAD_TOO_LARGE ->
                LocalResponses.headTooLarge("the request head is over the limit of "
                        + limits.message().maxHeaderBytes() + " bytes");
            case TOO_MANY_FIELDS ->
                LocalResponses.tooManyFields(limits.message().maxHeaders());
            case VERSION, HTTP_2 -> LocalResponses.version(fault.getMessage());
            case INTERNAL -> LocalResponses.internal();
        };
    }

    /** Whether a body may follow: of a head that cannot be read, who knows. */
    static boolean mayHaveBody(HttpRequest head) {
        return !head.decoderResult().isSuccess() || length(head.headers()) != 0;
    }

    private static long length(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null) {
            return Long.parseLong(length);
        }
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) ? -1 : 0;
    }

    private static Result malformed(String detail) {
        return bad(LocalResponses.malformed(detail));
    }

    private static Result bad(LocalResponse response) {
        return new Result.Bad(response);
    }
}
