package io.countersign.standin.verify;

import io.countersign.standin.wire.HeaderLine;
import io.countersign.standin.wire.RequestHead;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Verifies the signature of a request: first all that can be said without the key, then the signature itself.
 *
 * <p>Two opinions are asked, the AWS SDK's signer and a textbook computation; a request passes when neither objects.
 */
public final class SignatureVerifier {
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final Credentials credentials;
    private final String region;
    private final String service;
    private final PathMode pathMode;
    private final TextbookSignature textbook;
    private final SdkSignature sdk;
    private final Consumer<Boolean> agreement;

    /**
     * Verifies for one region and service.
     *
     * @param agreement hears, whenever the SDK had an opinion, whether the textbook shared it
     */
    public SignatureVerifier(
            Credentials credentials, String region, String service, PathMode pathMode, Consumer<Boolean> agreement) {
        this.credentials = credentials;
        this.region = region;
        this.service = service;
        this.pathMode = pathMode;
        this.textbook = new TextbookSignature(pathMode);
        this.sdk = new SdkSignature(pathMode);
        this.agreement = agreement;
    }

    public Verification verify(RequestHead head, byte[] body, Instant now) {
        List<String> lines = head.all("authorization");
        if (lines.isEmpty()) {
            return refuse(RejectionType.MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
        }
        if (lines.size() > 1) {
            return refuse(RejectionType.INCOMPLETE_SIGNATURE, "There are " + lines.size() + " Authorization headers.");
        }
        AuthorizationHeader.Parsed parsed = AuthorizationHeader.parse(lines.get(0));
        if (parsed.header().isEmpty()) {
            return refuse(RejectionType.INCOMPLETE_SIGNATURE, parsed.fault());
        }
        AuthorizationHeader authorization = parsed.header().get();
        List<String> dates = head.all("x-amz-date");
        if (dates.size() != 1) {
            return refuse(
                    RejectionType.INCOMPLETE_SIGNATURE,
                    "Authorization header requires existence of one 'X-Amz-Date' header, there are " + dates.size()
                            + ".");
        }
        Optional<Instant> date = parseDate(dates.get(0));
        if (date.isEmpty()) {
            return refuse(
                    RejectionType.INCOMPLETE_SIGNATURE,
                    "Date must be in ISO-8601 'basic format'. Got '" + dates.get(0) + "'.");
        }
        Optional<Verification> early = scope(authorization, dates.get(0))
                .or(() -> skew(date.get(), dates.get(0), now))
                .or(() -> unsignedHeaders(head, authorization));
        return early.orElseGet(() -> signature(head, body, authorization, date.get(), now));
    }

    private Optional<Verification> scope(AuthorizationHeader authorization, String date) {
        if (!date.startsWith(authorization.date()) || authorization.date().length() != 8) {
            return refused(
                    RejectionType.SCOPE,
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
                            + authorization.date() + "' != '" + date.substring(0, 8) + "', from '" + date + "'.");
        }
        if (!authorization.region().equals(region)) {
            return refused(
                    RejectionType.SCOPE,
                    "Credential should be scoped to a valid region, not '" + authorization.region() + "'. ");
        }
        if (!authorization.service().equals(service)) {
            return refused(RejectionType.SCOPE, "Credential should be scoped to correct service: '" + service + "'. ");
        }
        if (!authorization.terminator().equals("aws4_request")) {
            return refused(
                    RejectionType.SCOPE,
                    "Credential should be scoped with a valid terminator: 'aws4_request', not '"
                            + authorization.terminator() + "'. ");
        }
        return Optional.empty();
    }

    private static Optional<Verification> skew(Instant date, String text, Instant now) {
        Instant earliest = now.minus(SKEW);
        Instant latest = now.plus(SKEW);
        String reference = " (" + BASIC.format(now);
        if (date.isBefore(earliest.truncatedTo(ChronoUnit.SECONDS))) {
            return refused(
                    RejectionType.SIGNATURE_EXPIRED,
                    "Signature expired: " + text + " is now earlier than " + BASIC.format(earliest) + reference
                            + " - 5 min.)");
        }
        if (date.isAfter(latest)) {
            return refused(
                    RejectionType.SIGNATURE_NOT_YET_CURRENT,
                    "Signature not yet current: " + text + " is still later than " + BASIC.format(latest) + reference
                            + " + 5 min.)");
        }
        return Optional.empty();
    }

    private static Optional<Verification> unsignedHeaders(RequestHead head, AuthorizationHeader authorization) {
        if (!authorization.signedHeaders().contains("host")) {
            return refused(
                    RejectionType.INVALID_SIGNATURE,
                    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }
        List<String> unsigned = head.headers().stream()
                .map(HeaderLine::name)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith("x-amz-"))
                .filter(name -> !authorization.signedHeaders().contains(name))
                .distinct()
                .toList();
        if (!unsigned.isEmpty()) {
            return refused(
                    RejectionType.INVALID_SIGNATURE,
                    "There were headers present in the request which were not signed: " + String.join(", ", unsigned));
        }
        return Optional.empty();
    }

    private Verification signature(
            RequestHead head, byte[] body, AuthorizationHeader authorization, Instant date, Instant now) {
        List<Credential> candidates = credentials.withAccessKey(authorization.accessKey());
        List<String> tokens = head.all("x-amz-security-token");
        Optional<Credential> found = candidates.stream()
                .filter(c -> c.token().map(List::of).orElse(List.of()).equals(tokens))
                .findFirst();
        if (found.isEmpty()) {
            return refuse(RejectionType.UNRECOGNIZED_CLIENT, RejectionType.UNRECOGNIZED_CLIENT.usualMessage());
        }
        Credential credential = found.get();
        if (credential.isExpired(now)) {
            return refuse(RejectionType.EXPIRED_TOKEN, RejectionType.EXPIRED_TOKEN.usualMessage());
        }
        String actual = TextbookSignature.sha256(body);
        Optional<String> sent = head.first("x-amz-content-sha256");
        boolean unsignedPayload = pathMode == PathMode.S3 && sent.equals(Optional.of("UNSIGNED-PAYLOAD"));
        if (pathMode == PathMode.S3 && !unsignedPayload && !sent.equals(Optional.of(actual))) {
            return refuse(
                    RejectionType.PAYLOAD_MISMATCH,
                    sent.isEmpty()
                            ? "Missing required header for this request: x-amz-content-sha256"
                            : RejectionType.PAYLOAD_MISMATCH.usualMessage());
        }
        SignatureParts parts = textbook.of(
                head,
                authorization,
                BASIC.format(date),
                unsignedPayload ? "UNSIGNED-PAYLOAD" : actual,
                credential.secretKey());
        boolean textbookAgrees = parts.expected().equals(authorization.signature());
        Optional<Boolean> sdkAgrees = sdk.agrees(head, body, authorization, date, credential);
        sdkAgrees.ifPresent(agrees -> agreement.accept(agrees == textbookAgrees));
        // A sent hash that is not the body's is a mismatch even where the service would sign the body's own.
        boolean hashHolds = unsignedPayload || sent.isEmpty() || sent.get().equals(actual);
        if (textbookAgrees && hashHolds && sdkAgrees.orElse(true)) {
            return new Verification.Verified(credential.accessKey(), parts);
        }
        return new Verification.Refused(new Rejection(
                RejectionType.INVALID_SIGNATURE,
                RejectionType.INVALID_SIGNATURE.usualMessage(),
                credential.accessKey(),
                Optional.of(parts)));
    }

    private static Optional<Instant> parseDate(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text, BASIC).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException notBasic) {
            return Optional.empty();
        }
    }

    private static Optional<Verification> refused(RejectionType type, String message) {
        return Optional.of(refuse(type, message));
    }

    private static Verification refuse(RejectionType type, String message) {
        return new Verification.Refused(Rejection.of(type, message));
    }
}
