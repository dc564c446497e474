package io.countersign.proxy.rejection;

import io.countersign.proxy.rejection.Rejection.Cause;
import io.countersign.proxy.secrets.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Tells AWS's own no from the backend's, for a request that <em>we</em> signed. A request that a REFRESH, CORRECT_CLOCK or
 * RESIGN remedy is given for was refused before any backend saw it; where that is not sure, the remedy is another.
 */
public final class Rejections {
    /** AWS refuses signatures further off than this. */
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
    /** Behind these, answers are written by somebody's application, which may put anything into a body. */
    private static final Set<String> HOSTING = Set.of("execute-api", "lambda", "vpc-lattice-svcs");

    private static final int MAX_MESSAGE = 300;

    private Rejections() {}

    /** Whether a response with this status is worth collecting for {@link #classify}. */
    public static boolean possible(int status) {
        return status == 400 || status == 401 || status == 403;
    }

    /**
     * @param header a field's value by its lower-case name, null if absent
     * @param body all of it, or nothing when it is over {@value ErrorAnswer#MAX_BODY} octets
     * @param service that the request was signed for
     * @param signedAt the time in the signature
     * @param secrets masked in the message
     */
    public static Optional<Rejection> classify(
            int status,
            Function<String, String> header,
            byte[] body,
            String service,
            Instant signedAt,
            Secrets secrets) {
        return possible(status)
                ? classify(status, header, ErrorAnswer.of(header, body), service, signedAt, secrets)
                : Optional.empty();
    }

    /** As {@link #classify}, of a body that is too long to be read whole: only what is sure from its beginning. */
    public static Optional<Rejection> classifyBeginning(
            int status,
            Function<String, String> header,
            byte[] beginning,
            String service,
            Instant signedAt,
            Secrets secrets) {
        return possible(status)
                ? classify(status, header, ErrorAnswer.ofBeginning(header, beginning), service, signedAt, secrets)
                : Optional.empty();
    }

    private static Optional<Rejection> classify(
            int status,
            Function<String, String> header,
            ErrorAnswer answer,
            String service,
            Instant signedAt,
            Secrets secrets) {
        Optional<Cause> cause = switch (answer.typedBy()) {
            case HEADER -> Causes.of(answer.type(), answer.message());
            case BODY -> HOSTING.contains(service) ? Optional.empty() : Causes.of(answer.type(), answer.message());
            case NOTHING -> untyped(status, header, answer, service, signedAt);
        };
        return cause.map(c ->
                new Rejection(c, answer.type(), secrets.line(head(answer.message()), MAX_MESSAGE), answer.workings()));
    }

    private static Optional<Cause> untyped(
            int status, Function<String, String> header, ErrorAnswer answer, String service, Instant signedAt) {
        if (status != 403) {
            return Optional.empty();
        }
        // An HTTP API says no more than this, whatever its IAM check found wrong. Its routes have one authorization
        // type
        // each, so on a route that we sign for, this is IAM's no, and no fault of the agent's. But an application
        // behind
        // it can answer the very same, so the request is not sent again; unless our clock was off, when it never
        // arrived.
        if (header.apply("apigw-requestid") != null
                && answer.onlyMessage()
                && answer.message().equals("Forbidden")) {
            boolean skewed = ServerTime.fromDate(header.apply("date"), signedAt)
                    .filter(skew -> skew.abs().compareTo(MOST_SKEW) > 0)
                    .isPresent();
            return Optional.of(skewed ? Cause.CLOCK_SKEW : Cause.BARE_FORBIDDEN);
        }
        // OpenSearch names no type, but the action. An application that passes on a failure of its own names another.
        boolean byAws =
                header.apply("x-amzn-requestid") != null && answer.message().startsWith("User: ");
        boolean ourAction = answer.message().contains(" is not authorized to perform: " + service + ":");
        return byAws && ourAction ? Optional.of(Cause.PERMISSION) : Optional.empty();
    }

    /** Without what follows "The Canonical String", which repeats the token. */
    static String head(String message) {
        int workings = message.indexOf("The Canonical String for this request");
        return workings < 0 ? message : message.substring(0, workings);
    }

    /** For comparing messages, which differ in case and full stops from service to service. */
    static String folded(String message) {
        return message.toLowerCase(Locale.ROOT);
    }
}
