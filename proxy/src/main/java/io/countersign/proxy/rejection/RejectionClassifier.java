package io.countersign.proxy.rejection;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.ClockSkew;
import io.countersign.proxy.rejection.Rejection.Cause;
import io.countersign.proxy.secrets.Secrets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells a rejection by AWS from an application's own response, for a request that <em>we</em> signed. A request whose remedy is
 * REFRESH, CORRECT_CLOCK or RESIGN was rejected before any application saw it; where that is not certain, the remedy is another.
 */
public final class RejectionClassifier {
    private static final int MAX_MESSAGE = 300;

    private RejectionClassifier() {}

    /** Whether a response with this status is worth collecting for {@link #classify}. */
    public static boolean possible(int status) {
        return status == 400 || status == 401 || status == 403;
    }

    /**
     * @param header a field's value by its lower-case name, null if absent
     * @param body all of it, or nothing when it is over {@value AwsError#MAX_BODY} bytes
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
        return classify(status, header, AwsError.of(header, body), AwsServices.of(service), signedAt, secrets);
    }

    static Optional<Rejection> classify(
            int status,
            Function<String, String> header,
            AwsError answer,
            AwsService service,
            Instant signedAt,
            Secrets secrets) {
        if (!possible(status)) {
            return Optional.empty();
        }
        Cause bare = bare(header, signedAt);
        Optional<Cause> cause = switch (answer.typedBy()) {
            case HEADER -> Causes.of(answer.type(), answer.message());
            case BODY -> service.hostsApplications() ? Optional.empty() : typed(status, answer, bare);
            case NOTHING ->
                service.hostsApplications()
                        ? behindApplications(status, header, answer, service, bare)
                        : worded(status, answer, answer.message().isEmpty() ? Cause.FORBIDDEN : bare);
        };
        return cause.map(c -> new Rejection(c, answer.type(), shown(answer, secrets), answer.workings()));
    }

    /** A refusal that names no reason: the credentials may be at fault, and the clock surely is if it is off by that much. */
    private static Cause bare(Function<String, String> header, Instant signedAt) {
        boolean skewed = ServerTime.fromDate(header.apply("date"), signedAt)
                .filter(skew -> skew.abs().compareTo(ClockSkew.MAX) > 0)
                .isPresent();
        return skewed ? Cause.CLOCK_SKEW : Cause.BARE_FORBIDDEN;
    }

    private static Optional<Cause> typed(int status, AwsError answer, Cause bare) {
        // OpenSearch Serverless says no more than "Forbidden", whatever was wrong with the signature or the policies.
        return answer.type().equals("Forbidden")
                ? Optional.of(bare)
                : Causes.of(answer.type(), answer.message()).or(() -> worded(status, answer, Cause.FORBIDDEN));
    }

    /** Of a service that hosts no application: what it says is its own, and a 401 or 403 is about who signed. */
    private static Optional<Cause> worded(int status, AwsError answer, Cause otherwise) {
        Optional<Cause> cause = Causes.ofMessage(answer.message());
        return cause.isPresent() || status == 400 ? cause : Optional.of(otherwise);
    }

    private static Optional<Cause> behindApplications(
            int status, Function<String, String> header, AwsError answer, AwsService service, Cause bare) {
        if (service.is(AwsService.Trait.REJECTS_IN_TEXT)) {
            return answer.form() == AwsError.Form.TEXT
                    ? TypedLine.of(answer.message()).flatMap(line -> behindLattice(line, bare))
                    : Optional.empty();
        }
        // An HTTP API says no more than this, whatever its IAM check found wrong. Its routes have one authorization
        // type
        // each, so on a route that we sign for, this is a rejection by IAM, and not the agent's fault. But the
        // application
        // can write the very same, so the request is not sent again; unless our clock was off, when it never arrived.
        boolean httpApis = status == 403
                && header.apply("apigw-requestid") != null
                && answer.onlyMessage()
                && answer.message().equals("Forbidden");
        return httpApis ? Optional.of(bare) : Optional.empty();
    }

    /**
     * VPC Lattice refuses in plain text, without a header. Where it names the very action that we signed for, an application
     * that passes on a failure of its own would not. Where it finds fault with the token, key or signature, an application
     * could have said the same of a request of its own, so the request isn't sent again, unless our clock was off, when it
     * never arrived.
     */
    private static Optional<Cause> behindLattice(TypedLine line, Cause bare) {
        if (line.message().contains(" is not authorized to perform: ")) {
            return line.message().contains(" is not authorized to perform: vpc-lattice-svcs:Invoke")
                    ? Optional.of(Cause.PERMISSION)
                    : Optional.empty();
        }
        Optional<Cause> cause = Causes.of(line.type(), line.message());
        return cause.filter(c -> c != Cause.FORBIDDEN && c != Cause.AUTHORIZER && c != Cause.PERMISSION)
                .map(c -> c.remedy() == Rejection.Remedy.NONE ? c : bare);
    }

    /** The message with secrets masked, in one line. */
    static String shown(AwsError answer, Secrets secrets) {
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
