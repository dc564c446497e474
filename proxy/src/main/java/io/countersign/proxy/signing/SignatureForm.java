package io.countersign.proxy.signing;

import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.ChunkSigner;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.SignedHeaders;
import io.countersign.sigv4.SigningContext;
import io.countersign.sigv4.StreamingPayload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a route's signatures go: into header fields, or into the query. */
public sealed interface SignatureForm {
    /** The form that a route's settings ask for. */
    static SignatureForm of(SigningConfig signing) {
        Optional<Duration> expires = signing.signatureIn() instanceof SignatureIn.Query query
                ? Optional.of(query.expires())
                : Optional.empty();
        SigningContext context = new SigningContext(
                signing.scope().algorithm(),
                signing.regions(),
                signing.service(),
                signing.pathEncoding(),
                signing.signToken(),
                expires.isEmpty());
        return expires.<SignatureForm>map(time -> new InQuery(context, time)).orElseGet(() -> new InHeader(context));
    }

    /** What all requests of the route share. */
    SigningContext context();

    /** Signs what is about to be sent, byte for byte. */
    Signature sign(Signers signers, UnsignedRequest request, AwsCredentials keys, Instant time);

    /** What {@link #sign} computes from the same arguments; holds the session token, so it never prints. */
    Explanation explain(Signers signers, UnsignedRequest request, AwsCredentials keys, Instant time);

    /**
     * What a signature makes of a request.
     *
     * @param target to send in place of the request's own; with a signature in its query it is as good as a credential
     * @param fields to send besides the request's own
     * @param chunks signs the chunks of the body, where each has a signature
     */
    record Signature(WireTarget target, List<Header> fields, Optional<ChunkSigner> chunks) {
        @Override
        public String toString() {
            return "Signature[redacted]";
        }
    }

    /** In the {@code Authorization} field and the {@code X-Amz-*} fields beside it. */
    record InHeader(SigningContext context) implements SignatureForm {
        @Override
        public Signature sign(Signers signers, UnsignedRequest request, AwsCredentials keys, Instant time) {
            SignedHeaders made = signers.inHeader.sign(request.toSign(), context, keys, time);
            List<Header> fields = new ArrayList<>(5);
            fields.add(new Header("X-Amz-Date", made.amzDate()));
            if (made.contentSha256() != null) {
                fields.add(new Header("X-Amz-Content-Sha256", made.contentSha256()));
            }
            if (made.regionSet() != null) {
                fields.add(new Header("X-Amz-Region-Set", made.regionSet()));
            }
            if (made.securityToken() != null) {
                fields.add(new Header("X-Amz-Security-Token", made.securityToken()));
            }
            fields.add(new Header("Authorization", made.authorization()));
            Optional<ChunkSigner> chunks = StreamingPayload.of(request.payloadHash())
                    .filter(StreamingPayload::isSigned)
                    .map(form -> signers.inHeader.chunks(made, context, keys, time));
            return new Signature(request.target(), fields, chunks);
        }

        @Override
        public Explanation explain(Signers signers, UnsignedRequest request, AwsCredentials keys, Instant time) {
            return signers.inHeader.explain(request.toSign(), context, keys, time);
        }
    }

    /**
     * In the query, as in a presigned URL.
     *
     * @param context without {@code x-amz-content-sha256}, which has no place in this form
     * @param expires how long the signature is good for
     */
    record InQuery(SigningContext context, Duration expires) implements SignatureForm {
        @Override
        public Signature sign(Signers signers, UnsignedRequest request, AwsCredentials keys, Instant time) {
            String query = signers.inQuery.signedQuery(request.toSign(), context, keys, time, expires);
            return new Signature(request.target().withQuery(query), List.of(), Optional.empty());
        }

        @Override
        public Explanation explain(Signers signers, UnsignedRequest request, AwsCredentials keys, Instant time) {
            return signers.inQuery.explain(request.toSign(), context, keys, time, expires);
        }
    }
}
