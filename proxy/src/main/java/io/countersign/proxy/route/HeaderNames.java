package io.countersign.proxy.route;

import io.countersign.proxy.wire.HopByHop;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which header fields a route may set, remove or sign, and why not the others. */
final class HeaderNames {
    /** RFC 9110 section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

    private static final Set<String> SIGNER_OWNS =
            Set.of("x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "x-amz-region-set");

    private HeaderNames() {}

    /** Why {@code name} can be neither set nor removed by a route; empty if it can. */
    static Optional<String> notSettable(String name, boolean signed) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!TOKEN.matcher(name).matches()) {
            return Optional.of("is not a header name; write letters, digits and hyphens");
        }
        if (belongsToOneConnection(lower)) {
            return Optional.of("belongs to one connection (hop-by-hop), and the proxy handles it; take it out");
        }
        if (lower.equals("host")) {
            return Optional.of("is sent as the upstream's; write upstream { url = ..., host = ... } for another");
        }
        if (lower.equals("content-length")) {
            return Optional.of("follows from the body; take it out");
        }
        if (SIGNER_OWNS.contains(lower) && signed) {
            return Optional.of("is set by the signer; take it out");
        }
        if (lower.equals("authorization") && signed) {
            return Optional.of("is the signature's; take it out, or write auth = none to send another one");
        }
        return Optional.empty();
    }

    /** Why values of {@code name} cannot go upstream under another name too; empty if they can. */
    static Optional<String> notDuplicable(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!TOKEN.matcher(name).matches()) {
            return Optional.of("is not a header name; write letters, digits and hyphens");
        }
        if (belongsToOneConnection(lower)) {
            return Optional.of(
                    "belongs to one connection (hop-by-hop), and means nothing to the upstream; take it out");
        }
        return lower.equals("x-amz-security-token")
                ? Optional.of("is a credential, which belongs to its caller alone; take it out")
                : Optional.empty();
    }

    /** {@code Expect} is for the next hop too: RFC 9110 section 10.1.1. */
    private static boolean belongsToOneConnection(String lower) {
        return HopByHop.always(lower) || lower.equals("expect");
    }

    /** Why {@code name} cannot be signed: what hops on the way change would break the signature. */
    static Optional<String> notSignable(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!TOKEN.matcher(name).matches()) {
            return Optional.of("is not a header name; write letters, digits and hyphens");
        }
        boolean changed = belongsToOneConnection(lower)
                || lower.startsWith("x-forwarded-")
                || Set.of("forwarded", "via", "user-agent", "x-amzn-trace-id", "traceparent", "tracestate")
                        .contains(lower);
        if (changed) {
            return Optional.of("may be changed on the way, which would break the signature; take it out");
        }
        return lower.equals("authorization") || lower.equals("content-length")
                ? Optional.of("cannot be signed; take it out")
                : Optional.empty();
    }

    /** Why a value cannot be sent; never repeats it. Only ASCII means the same to every hop. */
    static Optional<String> badValue(String value) {
        if (value.isBlank()) {
            return Optional.of("is empty; write a value, or take the header out");
        }
        if (!value.equals(value.strip())) {
            return Optional.of("begins or ends with white space; take it out");
        }
        boolean printable = value.chars().allMatch(c -> (c >= 0x20 && c < 0x7f) || c == '\t');
        return printable
                ? Optional.empty()
                : Optional.of("holds a line break, a control character or one outside ASCII; write printable ASCII");
    }
}
