package io.countersign.cli.sign;

import io.countersign.sigv4.AwsKeys;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.HeaderSigner;
import io.countersign.sigv4.QuerySigner;
import io.countersign.sigv4.SignedHeaders;
import io.countersign.sigv4.SigningContext;
import io.countersign.sigv4.SigningRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signs a draft as the options say. */
public final class Signer {
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Map<String, String> environment;
    private final Clock clock;

    public Signer(Map<String, String> environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    public SignedDraft sign(RequestDraft draft, SigningOptions options, Keys keyOptions)
            throws InputFault, IOException {
        Scope scope = Scope.of(draft, options, environment);
        AwsKeys keys = keyOptions.resolve(environment);
        Instant time = time(draft, options);
        String payload = options.unsignedPayload(scope.service())
                ? SigningRequest.UNSIGNED_PAYLOAD
                : draft.body().hash();
        try {
            SigningContext context = new SigningContext(
                    scope.region(),
                    scope.service(),
                    options.pathStyle(scope.service()),
                    !options.omitSessionToken,
                    options.contentSha256Header(scope.service()));
            SigningRequest request = new SigningRequest(
                    draft.method(), draft.path(), draft.query(), draft.headersToSign(options.signAllHeaders), payload);
            return options.inQuery()
                    ? inQuery(draft, request, context, keys, time, options)
                    : inHeader(draft, request, context, keys, time);
        } catch (IllegalArgumentException e) {
            throw new InputFault(e.getMessage());
        }
    }

    private static SignedDraft inHeader(
            RequestDraft draft, SigningRequest request, SigningContext context, AwsKeys keys, Instant time) {
        HeaderSigner signer = new HeaderSigner();
        Explanation explanation = signer.explain(request, context, keys, time);
        SignedHeaders signed = signer.sign(request, context, keys, time);
        List<Header> added = new ArrayList<>();
        added.add(new Header("X-Amz-Date", signed.amzDate()));
        if (signed.contentSha256() != null) {
            added.add(new Header("X-Amz-Content-Sha256", signed.contentSha256()));
        }
        if (signed.securityToken() != null) {
            added.add(new Header("X-Amz-Security-Token", signed.securityToken()));
        }
        added.add(new Header("Authorization", signed.authorization()));
        return new SignedDraft(draft.with(added, draft.query()), added, explanation);
    }

    private static SignedDraft inQuery(
            RequestDraft draft,
            SigningRequest request,
            SigningContext context,
            AwsKeys keys,
            Instant time,
            SigningOptions options) {
        QuerySigner signer = new QuerySigner();
        Explanation explanation = signer.explain(request, context, keys, time, options.expires());
        String query = signer.signedQuery(request, context, keys, time, options.expires());
        List<Header> added = context.contentSha256Header()
                ? List.of(new Header("X-Amz-Content-Sha256", request.payloadHash()))
                : List.of();
        return new SignedDraft(draft.with(added, query), added, explanation);
    }

    private Instant time(RequestDraft draft, SigningOptions options) throws InputFault {
        if (options.time.isPresent()) {
            return options.time.get();
        }
        Optional<String> given = draft.header("x-amz-date");
        if (given.isEmpty()) {
            return clock.instant();
        }
        try {
            return AMZ_DATE.parse(given.get(), Instant::from);
        } catch (DateTimeParseException e) {
            throw new InputFault("X-Amz-Date is '" + given.get() + "'; it must look like 20150830T123600Z");
        }
    }
}
