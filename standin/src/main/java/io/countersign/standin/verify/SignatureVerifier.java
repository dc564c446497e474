package io.countersign.standin.verify;

import io.countersign.standin.upload.Form;
import io.countersign.standin.upload.Seed;
import io.countersign.standin.upload.UploadException;
import io.countersign.standin.upload.UploadVerifier;
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
    private final UploadVerifier uploads;
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
        this.uploads = new UploadVerifier(agreement);
        this.agreement = agreement;
    }

    public Verification verify(RequestHead head, byte[] body, Instant now) {
        Claim.Read read = Claim.of(head);
        if (read.claim().isEmpty()) {
            return new Verification.Refused(read.rejection());
        }
        Claim claim = read.claim().get();
        Optional<Instant> date = parseDate(claim.date());
        if (date.isEmpty()) {
            return refuse(
                    RejectionType.INCOMPLETE_SIGNATURE,
                    "Date must be in ISO-8601 'basic format'. Got '" + claim.date() + "'.");
        }
        Optional<Verification> early = scope(claim.authorization(), claim.date())
                .or(() -> regionSet(claim))
                .or(() -> skew(claim, date.get(), now))
                .or(() -> unsignedHeaders(head, claim.authorization()));
        return early.orElseGet(() -> signature(head, body, claim, date.get(), now));
    }

    private Optional<Verification> scope(AuthorizationHeader authorization, String date) {
        if (!date.startsWith(authorization.date()) || authorization.date().length() != 8) {
            return refused(
                    RejectionType.SCOPE,
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
                            + authorization.date() + "' != '" + date.substring(0, 8) + "', from '" + date + "'.");
        }
        Optional<String> scoped = authorization.region().filter(name -> !name.equals(region));
        if (scoped.isPresent()) {
            return refused(
                    RejectionType.SCOPE, "Credential should be scoped to a valid region, not '" + scoped.get() + "'. ");
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

    /** With Signature Version 4A: must be there once, and name this region. */
    private Optional<Verification> regionSet(Claim claim) {
        if (claim.authorization().algorithm() == Algorithm.HMAC) {
            return Optional.empty();
        }
        if (claim.regionSets().size() != 1) {
            return refused(
                    RejectionType.INCOMPLETE_SIGNATURE,
                    Algorithm.ECDSA.text() + " requires existence of one 'X-Amz-Region-Set', there are "
                            + claim.regionSets().size() + ".");
        }
        String set = claim.regionSets().get(0);
        return AsymmetricSignature.covers(set, region)
                ? Optional.empty()
                : refused(RejectionType.SCOPE, "Credential should be scoped to a valid region, not '" + set + "'. ");
    }

    private static Optional<Verification> skew(Claim claim, Instant date, Instant now) {
        String text = claim.date();
        Instant earliest = now.minus(claim.expires().orElse(SKEW));
        Instant latest = now.plus(SKEW);
        String reference = " (" + BASIC.format(now);
        if (date.isBefore(earliest.truncatedTo(ChronoUnit.SECONDS))) {
            return refused(
                    RejectionType.SIGNATURE_EXPIRED,
                    "Signature expired: " + text + " is now earlier than " + BASIC.format(earliest) + reference + " - "
                            + claim.expires()
                                    .map(time -> time.toSeconds() + " s.)")
                                    .orElse("5 min.)"));
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

    private Verification signature(RequestHead head, byte[] body, Claim claim, Instant date, Instant now) {
        AuthorizationHeader authorization = claim.authorization();
        List<Credential> candidates = credentials.withAccessKey(authorization.accessKey());
        Optional<Credential> found = candidates.stream()
                .filter(c -> c.token().map(List::of).orElse(List.of()).equals(claim.tokens()))
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
        Optional<Form> form = pathMode == PathMode.S3 && !claim.inQuery() ? Form.of(head) : Optional.empty();
        // A presigned URL of S3 is made before its body is known.
        boolean unsignedPayload = pathMode == PathMode.S3
                && (claim.inQuery() ? sent.isEmpty() : sent.equals(Optional.of("UNSIGNED-PAYLOAD")));
        if (pathMode == PathMode.S3 && form.isEmpty() && !unsignedPayload && !sent.equals(Optional.of(actual))) {
            return refuse(
                    RejectionType.PAYLOAD_MISMATCH,
                    sent.isEmpty()
                            ? "Missing required header for this request: x-amz-content-sha256"
                            : RejectionType.PAYLOAD_MISMATCH.usualMessage());
        }
        String payload =
                unsignedPayload ? "UNSIGNED-PAYLOAD" : form.map(Form::value).orElse(actual);
        SignatureParts parts = textbook.of(head, claim, payload, credential);
        boolean textbookAgrees = textbook.agrees(authorization.algorithm(), parts, credential);
        Optional<Boolean> sdkAgrees = claim.inQuery() || form.isPresent()
                ? Optional.empty()
                : sdk.agrees(head, body, authorization, date, credential);
        sdkAgrees.ifPresent(agrees -> agreement.accept(agrees == textbookAgrees));
        // A sent hash that is not the body's is a mismatch even where the service would sign the body's own.
        boolean hashHolds = unsignedPayload
                || form.isPresent()
                || sent.isEmpty()
                || sent.get().equals(actual);
        if (!textbookAgrees || !hashHolds || !sdkAgrees.orElse(true)) {
            return new Verification.Refused(new Rejection(
                    RejectionType.INVALID_SIGNATURE,
                    RejectionType.INVALID_SIGNATURE.usualMessage(),
                    credential.accessKey(),
                    Optional.of(parts)));
        }
        Optional<Rejection> frames = form.flatMap(each -> frames(head, body, each, authorization, date, credential));
        return frames.isPresent()
                ? new Verification.Refused(frames.get())
                : new Verification.Verified(credential.accessKey(), parts);
    }

    /** What is wrong with an upload after its head. */
    private Optional<Rejection> frames(
            RequestHead head,
            byte[] body,
            Form form,
            AuthorizationHeader authorization,
            Instant date,
            Credential credential) {
        if (form.isSigned() && authorization.algorithm() != Algorithm.HMAC) {
            return Optional.of(Rejection.of(
                    RejectionType.INVALID_REQUEST, form.value() + " goes with " + Algorithm.HMAC.text() + " alone."));
        }
        Seed seed = new Seed(
                credential.accessKey(),
                credential.secretKey(),
                authorization.region().orElse(region),
                service,
                date,
                authorization.signature());
        try {
            uploads.verify(head, body, form, seed);
            return Optional.empty();
        } catch (UploadException e) {
            return Optional.of(Rejection.of(RejectionType.of(e.kind()), e.getMessage()));
        }
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
