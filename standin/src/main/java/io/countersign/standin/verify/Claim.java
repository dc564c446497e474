package io.countersign.standin.verify;

import io.countersign.standin.wire.RequestHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a request says of its signature: in its {@code Authorization} header and those beside it, or in its query, as a presigned URL.
 *
 * @param date as it was sent
 * @param expires how long it is good for; empty in the header
 * @param tokens the session tokens that were sent
 * @param regionSets where it is valid, with Signature Version 4A
 * @param signedQuery the query that the signature covers
 */
record Claim(
        AuthorizationHeader authorization,
        String date,
        Optional<Duration> expires,
        List<String> tokens,
        List<String> regionSets,
        String signedQuery) {

    private static final String SIGNATURE = "X-Amz-Signature";
    private static final int MAX_EXPIRES = 604_800;

    /** The claim, or why there is none. */
    record Read(Optional<Claim> claim, Rejection rejection) {
        static Read of(Claim claim) {
            return new Read(Optional.of(claim), Rejection.usual(RejectionType.INCOMPLETE_SIGNATURE));
        }

        static Read faulty(RejectionType type, String message) {
            return new Read(Optional.empty(), Rejection.of(type, message));
        }

        static Read incomplete(String message) {
            return faulty(RejectionType.INCOMPLETE_SIGNATURE, message);
        }
    }

    boolean inQuery() {
        return expires.isPresent();
    }

    static Read of(RequestHead head) {
        List<String> lines = head.all("authorization");
        boolean presigned = !parameters(head, SIGNATURE).isEmpty();
        if (lines.isEmpty() && !presigned) {
            return Read.faulty(RejectionType.MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
        }
        if (lines.size() > 1) {
            return Read.incomplete("There are " + lines.size() + " Authorization headers.");
        }
        if (!lines.isEmpty() && presigned) {
            return Read.incomplete("There is a signature in the Authorization header and one in the query.");
        }
        return presigned ? ofQuery(head) : ofHeader(head, lines.get(0));
    }

    private static Read ofHeader(RequestHead head, String line) {
        AuthorizationHeader.Parsed parsed = AuthorizationHeader.parse(line);
        if (parsed.header().isEmpty()) {
            return Read.incomplete(parsed.fault());
        }
        List<String> dates = head.all("x-amz-date");
        if (dates.size() != 1) {
            return Read.incomplete("Authorization header requires existence of one 'X-Amz-Date' header, there are "
                    + dates.size() + ".");
        }
        return Read.of(new Claim(
                parsed.header().get(),
                dates.get(0),
                Optional.empty(),
                head.all("x-amz-security-token"),
                head.all("x-amz-region-set"),
                head.query()));
    }

    private static Read ofQuery(RequestHead head) {
        Set<String> wrong = new TreeSet<>();
        for (String name : List.of(
                "X-Amz-Algorithm",
                "X-Amz-Credential",
                "X-Amz-Date",
                "X-Amz-Expires",
                "X-Amz-SignedHeaders",
                SIGNATURE)) {
            if (parameters(head, name).size() != 1) {
                wrong.add(name);
            }
        }
        if (!wrong.isEmpty()) {
            return Read.incomplete("A presigned URL requires each of these once: " + String.join(", ", wrong) + ".");
        }
        Optional<Algorithm> algorithm = Algorithm.named(parameter(head, "X-Amz-Algorithm"));
        Optional<Duration> expires = seconds(parameter(head, "X-Amz-Expires"));
        if (algorithm.isEmpty() || expires.isEmpty()) {
            return Read.incomplete((algorithm.isEmpty() ? "X-Amz-Algorithm" : "X-Amz-Expires") + " is not supported.");
        }
        AuthorizationHeader.Parsed parsed = AuthorizationHeader.of(
                algorithm.get(),
                parameter(head, "X-Amz-Credential"),
                parameter(head, "X-Amz-SignedHeaders"),
                parameter(head, SIGNATURE));
        return parsed.header()
                .map(authorization -> Read.of(new Claim(
                        authorization,
                        parameter(head, "X-Amz-Date"),
                        expires,
                        parameters(head, "X-Amz-Security-Token"),
                        parameters(head, "X-Amz-Region-Set"),
                        CanonicalQuery.without(SIGNATURE, head.query()))))
                .orElseGet(() -> Read.incomplete(parsed.fault()));
    }

    private static Optional<Duration> seconds(String text) {
        try {
            int seconds = Integer.parseInt(text);
            return seconds >= 1 && seconds <= MAX_EXPIRES ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
        } catch (NumberFormatException notOne) {
            return Optional.empty();
        }
    }

    private static String parameter(RequestHead head, String name) {
        return parameters(head, name).get(0);
    }

    private static List<String> parameters(RequestHead head, String name) {
        return CanonicalQuery.parse(head.query()).stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(CanonicalQuery.Parameter::value)
                .toList();
    }
}
