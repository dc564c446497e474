package io.countersign.proxy.rejection;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.rejection.Rejection.Cause;
import io.countersign.proxy.secrets.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells AWS's own no from the backend's, for a request that <em>we</em> signed. A request that a REFRESH, CORRECT_CLOCK or
 * RESIGN remedy is given for was refused before any backend saw it; where that is not sure, the remedy is another.
 */
public final class Rejections {
    /** AWS refuses signatures further off than this. */
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
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
        return classify(
                status, header, ErrorAnswer.of(header, body), AwsService.of(service), signedAt, secrets);
    }

    static Optional<Rejection> classify(
            int status,
            Function<String, String> header,
            ErrorAnswer answer,
            AwsService service,
            Instant signedAt,
            Secrets secrets) {
        if (!possible(status)) {
            return Optional.empty();
        }
        Optional<Cause> cause = switch (answer.typedBy()) {
            case HEADER -> Causes.of(answer.type(), answer.message());
            case BODY ->
                service.hostsApplications()
                        ? Optional.empty()
                        : Causes.of(answer.type(), answer.message()).or(() -> worded(status, answer));
            case NOTHING ->
                service.hostsApplications()
                        ? behindApplications(status, header, answer, service, signedAt)
                        : worded(status, answer);
        };
        return cause.map(c -> new Rejection(c, answer.type(), shown(answer, secrets), answer.workings()));
    }

    /** Of a service that hosts no application: what it says is its own, and a 401 or 403 is about who signed. */
    private static Optional<Cause> worded(int status, ErrorAnswer answer) {
        Optional<Cause> cause = Causes.ofMessage(answer.message());
        return cause.isPresent() || status == 400 ? cause : Optional.of(Cause.FORBIDDEN);
    }

    private static Optional<Cause> behindApplications(
            int status, Function<String, String> header, ErrorAnswer answer, AwsService service, Instant signedAt) {
        if (status != 403) {
            return Optional.empty();
        }
        // An HTTP API says no more than this, whatever its IAM check found wrong. Its routes have one authorization type
        // each, so on a route that we sign for, this is IAM's no, and no fault of the agent's. But an application behind
        // it can answer the very same, so the request is not sent again; unless our clock was off, when it never arrived.
        if (header.apply("apigw-requestid") != null
                && answer.onlyMessage()
                && answer.message().equals("Forbidden")) {
            boolean skewed = ServerTime.fromDate(header.apply("date"), signedAt)
                    .filter(skew -> skew.abs().compareTo(MOST_SKEW) > 0)
                    .isPresent();
            return Optional.of(skewed ? Cause.CLOCK_SKEW : Cause.BARE_FORBIDDEN);
        }
        // VPC Lattice refuses in plain text. It names the very action that we signed for, which an application that
        // passes on a failure of its own does not.
        boolean ourAction =
                answer.message().contains(" is not authorized to perform: " + service.name() + ":Invoke");
        return service.name().equals("vpc-lattice-svcs") && ourAction ? Optional.of(Cause.PERMISSION) : Optional.empty();
    }

    /** The message in one line, without what must not be shown. */
    static String shown(ErrorAnswer answer, Secrets secrets) {
        return secrets.line(head(answer.message()), MAX_MESSAGE);
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
