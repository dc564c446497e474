package io.countersign.proxy.fields;

import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.wire.HopByHop;
import io.countersign.sigv4.Header;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a request as they go upstream, without those that the wire form and the signature add.
 *
 * <p>Left out: hop-by-hop fields and what Connection names; Host, Content-Length and Expect, which are ours to say; what
 * the route removes or sets itself, also with underscores for its hyphens, which some servers take for the same; and, where we sign, whatever the client sent in place of a signature.
 * Of what {@code headers.duplicate} names, copies go along under a name of their own, unless the route or a guard removes it.
 */
public final class RequestFields {
    /** The field that names a body's hash, or says why it is not signed. */
    public static final String PAYLOAD_HASH = "x-amz-content-sha256";

    private RequestFields() {}

    /**
     * The fields to send, in the client's order, the route's own behind, and {@code via} unless the route has its own say on it.
     *
     * @return a list of the caller's own, to add to
     */
    public static List<Header> toUpstream(HttpRequest request, RouteConfig route, Via via) {
        HttpHeaders client = request.headers();
        Set<String> named = HopByHop.named(client);
        Set<String> removed = route.rewrite().headers().remove();
        List<RouteConfig.Duplicate> duplicates = route.rewrite().headers().duplicate();
        boolean signs = route.signing().isPresent();
        List<Header> out = new ArrayList<>(client.size() + 8);
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = client.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            String name = field.getKey().toString();
            if (isOurs(name)
                    || HopByHop.always(name)
                    || (!named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT)))
                    || isRemovedBy(removed, name)
                    || (signs && isOfSignature(name))
                    || isSetBy(route, name)
                    || BucketOwner.replaces(route, name)
                    || isCopyOf(duplicates, name)) {
                continue;
            }
            out.add(new Header(name, field.getValue().toString()));
        }
        for (RouteConfig.Duplicate each : duplicates) {
            if (!named.contains(each.name()) && !isRemovedBy(removed, each.name())) {
                client.getAll(each.name()).forEach(value -> out.add(new Header(each.copy(), value)));
            }
        }
        for (RouteConfig.SetHeader set : route.rewrite().headers().set()) {
            out.add(new Header(set.name(), set.value()));
        }
        BucketOwner.add(route, out);
        if (!removed.contains(Via.NAME) && !isSetBy(route, Via.NAME)) {
            out.add(via.field(request.protocolVersion()));
        }
        return out;
    }

    /** Checks the length first, as {@link HopByHop#always} does, so that no name has to be made lower case. */
    private static boolean isOurs(String name) {
        return switch (name.length()) {
            case 4 -> name.equalsIgnoreCase("host");
            case 6 -> name.equalsIgnoreCase("expect");
            case 14 -> name.equalsIgnoreCase("content-length");
            default -> false;
        };
    }

    private static boolean isOfSignature(String name) {
        return switch (name.length()) {
            case 10 -> name.equalsIgnoreCase("x-amz-date");
            case 13 -> name.equalsIgnoreCase("authorization");
            case 16 -> name.equalsIgnoreCase("x-amz-region-set");
            case 20 -> name.equalsIgnoreCase("x-amz-security-token") || name.equalsIgnoreCase(PAYLOAD_HASH);
            case 21 -> name.equalsIgnoreCase("x-amz-s3session-token");
            default -> false;
        };
    }

    /**
     * Those of the fields that a signature covers besides Host: {@code content-type}, every {@code x-amz-*}, and what the
     * route names. Not all: a hop that rewrites another field then breaks nothing.
     */
    public static void addSigned(List<Header> fields, RouteConfig route, List<Header> to) {
        Set<String> unsignable = null;
        for (Header field : fields) {
            // What is not ASCII is one byte to us and two to others (RFC 9110 section 5.5): sent, but not vouched for.
            // The name goes unsigned as a whole, for a signature covers all of its values or none.
            if (!isAscii(field.value())) {
                unsignable = unsignable == null ? new HashSet<>() : unsignable;
                unsignable.add(field.name().toLowerCase(Locale.ROOT));
            }
        }
        Set<String> named = route.rewrite().headers().signed();
        for (Header field : fields) {
            String name = field.name();
            boolean signs = name.equalsIgnoreCase("content-type")
                    || name.regionMatches(true, 0, "x-amz-", 0, 6)
                    || (!named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT)));
            if (signs && (unsignable == null || !unsignable.contains(name.toLowerCase(Locale.ROOT)))) {
                to.add(field);
            }
        }
    }

    private static boolean isAscii(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRemovedBy(Set<String> removed, String name) {
        for (String each : removed) {
            if (isAlike(each, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSetBy(RouteConfig route, String name) {
        for (RouteConfig.SetHeader set : route.rewrite().headers().set()) {
            if (isAlike(set.name(), name)) {
                return true;
            }
        }
        return false;
    }

    /** A caller's own would pass for a copy that we made. */
    private static boolean isCopyOf(List<RouteConfig.Duplicate> duplicates, String name) {
        for (RouteConfig.Duplicate each : duplicates) {
            if (isAlike(each.copy(), name)) {
                return true;
            }
        }
        return false;
    }

    /** In any case, a hyphen and an underscore being the same. */
    private static boolean isAlike(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (Character.toLowerCase(a) != Character.toLowerCase(b) && !(isDash(a) && isDash(b))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDash(char c) {
        return c == '-' || c == '_';
    }
}
