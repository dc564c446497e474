package io.countersign.cli.sign;

import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.fields.EventStream;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.HeaderSigner;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.QuerySigner;
import io.countersign.sigv4.SignedHeaders;
import io.countersign.sigv4.SigningContext;
import io.countersign.sigv4.SigningRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
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

    public SignedDraft sign(RequestDraft given, SigningOptions options, CredentialsOptions whose)
            throws InputFault, IOException {
        refuseEvents(given);
        Scope scope = Scope.of(given, options, environment);
        RequestDraft draft = asRead(given, options.pathStyle(scope.service()));
        AwsCredentials credentials = whose.resolve(environment);
        Instant time = time(draft, options);
        boolean unsigned = options.unsignedPayload(scope.service());
        String payload =
                unsigned ? SigningRequest.UNSIGNED_PAYLOAD : draft.body().hash();
        List<String> warnings = new ArrayList<>(scope.warnings());
        if (unsigned && !options.inQuery() && draft.place().origin().startsWith("http://")) {
            warnings.add("the body is not signed, which leaves it to TLS to protect, and the URL is http: write https");
        }
        try {
            SigningContext context = new SigningContext(
                    options.algorithm(),
                    scope.region(),
                    scope.service(),
                    options.pathStyle(scope.service()),
                    !options.omitSessionToken,
                    options.contentSha256Header(scope.service()));
            List<Header> headers = draft.headersToSign(
                    options.signAllHeaders,
                    AwsServices.of(scope.service()).preset().signedHeaders());
            SigningRequest request = new SigningRequest(
                    draft.method(), draft.place().path(), draft.place().query(), headers, payload);
            Inputs inputs = new Inputs(request, context, credentials, time);
            return options.inQuery()
                    ? inQuery(draft, inputs, options.expires(), warnings)
                    : inHeader(draft, inputs, warnings);
        } catch (IllegalArgumentException e) {
            throw new InputFault(e.getMessage());
        }
    }

    /** As the proxy does: each event has a signature of its own, so one of the head alone would be of no use. */
    private static void refuseEvents(RequestDraft draft) throws InputFault {
        boolean events =
                draft.header("content-type").filter(EventStream::isMediaType).isPresent()
                        || draft.header("x-amz-content-sha256")
                                .filter(EventStream.PAYLOAD::equalsIgnoreCase)
                                .isPresent();
        if (events) {
            throw new InputFault("the body is a stream of events (" + EventStream.MEDIA_TYPE
                    + "), each of which is signed in turn, and that is not built; use a call whose body is sent whole,"
                    + " such as InvokeModelWithResponseStream");
        }
    }

    /** S3 encodes an object's key anew before it compares, so a URL's path is sent and signed in that form. */
    private static RequestDraft asRead(RequestDraft draft, PathStyle style) {
        boolean objectPath = draft.kind() == RequestDraft.Kind.URL && style.equals(PathStyle.S3);
        return objectPath
                ? draft.withPath(
                        WireTarget.of(draft.place().path(), null, "", "", true).path())
                : draft;
    }

    /** What a signature is computed from. */
    private record Inputs(SigningRequest request, SigningContext context, AwsCredentials credentials, Instant time) {
        @Override
        public String toString() {
            return "Inputs[" + time + "]";
        }
    }

    private static SignedDraft inHeader(RequestDraft draft, Inputs of, List<String> warnings) {
        HeaderSigner signer = new HeaderSigner();
        SignedHeaders signed = signer.sign(of.request, of.context, of.credentials, of.time);
        Explanation explanation = signer.explain(of.request, of.context, of.credentials, of.time)
                .withSignature(after("Signature=", signed.authorization()));
        List<Header> added = new ArrayList<>();
        added.add(new Header("X-Amz-Date", signed.amzDate()));
        if (signed.contentSha256() != null) {
            added.add(new Header("X-Amz-Content-Sha256", signed.contentSha256()));
        }
        if (signed.regionSet() != null) {
            added.add(new Header("X-Amz-Region-Set", signed.regionSet()));
        }
        if (signed.securityToken() != null) {
            added.add(new Header("X-Amz-Security-Token", signed.securityToken()));
        }
        added.add(new Header("Authorization", signed.authorization()));
        return new SignedDraft(draft.with(added, draft.place().query()), added, explanation, warnings);
    }

    private static SignedDraft inQuery(RequestDraft draft, Inputs of, Duration expires, List<String> warnings) {
        QuerySigner signer = new QuerySigner();
        String query = signer.signedQuery(of.request, of.context, of.credentials, of.time, expires);
        Explanation explanation = signer.explain(of.request, of.context, of.credentials, of.time, expires)
                .withSignature(after("X-Amz-Signature=", query));
        return new SignedDraft(draft.with(List.of(), query), List.of(), explanation, warnings);
    }

    /** The hex digits of the signature that was made: that of Signature Version 4A is another one each time. */
    private static String after(String name, String text) {
        String rest = text.substring(text.lastIndexOf(name) + name.length());
        int end = rest.indexOf('&');
        return end < 0 ? rest : rest.substring(0, end);
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
