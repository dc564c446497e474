package io.countersign.cli.sign;

import io.countersign.sigv4.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A request that is to be signed, as it stands.
 *
 * @param headers in their order, repeated ones too
 * @param lineEnd what a raw message used; CRLF otherwise
 */
public record RequestDraft(String method, Place place, List<Header> headers, Body body, String lineEnd, Kind kind) {

    /**
     * Where it would be sent.
     *
     * @param origin scheme and authority: {@code https://host:8443}
     * @param query without its {@code ?}; null when there is none
     */
    public record Place(String origin, String path, String query) {
        /** Of a target as on a request line. */
        static Place of(String origin, String target) {
            int mark = target.indexOf('?');
            return mark < 0
                    ? new Place(origin, target, null)
                    : new Place(origin, target.substring(0, mark), target.substring(mark + 1));
        }

        /** Path and query, as on the request line. */
        public String target() {
            return query == null ? path : path + "?" + query;
        }
    }

    /** Where a draft comes from. */
    public enum Kind {
        /** A person's URL, which may be brought into the form that the service reads. */
        URL,
        /** A raw message, whose target is signed as it stands. */
        MESSAGE
    }

    /** What AWS's own signers leave out, since hops rewrite it or it describes the hop. */
    private static final Set<String> NEVER_SIGNED =
            Set.of("authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id");

    public RequestDraft {
        headers = List.copyOf(headers);
    }

    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(header -> header.value().strip())
                .findFirst();
    }

    /**
     * The fields to sign: {@code host}, {@code content-type}, {@code x-amz-*}, or all that may be.
     *
     * @param further lower-case names signed as well
     */
    List<Header> headersToSign(boolean all, List<String> further) {
        return headers.stream()
                .filter(header -> {
                    String name = header.name().toLowerCase(Locale.ROOT);
                    return all
                            ? !NEVER_SIGNED.contains(name)
                            : name.equals("host")
                                    || name.equals("content-type")
                                    || name.startsWith("x-amz-")
                                    || further.contains(name);
                })
                .toList();
    }

    /** The same at another path. */
    RequestDraft withPath(String other) {
        return new RequestDraft(method, new Place(place.origin(), other, place.query()), headers, body, lineEnd, kind);
    }

    /** With {@code added} behind the other fields, in place of those of the same names. */
    RequestDraft with(List<Header> added, String signedQuery) {
        List<Header> all = new ArrayList<>(headers);
        all.removeIf(old -> added.stream().anyMatch(fresh -> fresh.name().equalsIgnoreCase(old.name())));
        all.addAll(added);
        return new RequestDraft(method, new Place(place.origin(), place.path(), signedQuery), all, body, lineEnd, kind);
    }
}
