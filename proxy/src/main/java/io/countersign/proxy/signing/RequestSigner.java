package io.countersign.proxy.signing;

import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.HeaderSigner;
import io.countersign.sigv4.QuerySigner;
import io.countersign.sigv4.SignedHeaders;
import io.countersign.sigv4.SigningContext;
import io.countersign.sigv4.SigningRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Signs what is about to be sent, byte for byte; one for each event loop, since the signer reuses its buffers. */
public final class RequestSigner {
    private final HeaderSigner signer = new HeaderSigner();
    private final QuerySigner querySigner = new QuerySigner();

    /**
     * Adds the signature's fields to {@code fields}.
     *
     * @param signed what the signature covers besides its own fields; Host among it
     * @param fields all that is sent, Host included; the signature's fields are put at its end
     */
    public void sign(
            String method,
            WireTarget target,
            List<Header> signed,
            String payloadHash,
            SigningContext context,
            AwsCredentials keys,
            Instant time,
            List<Header> fields) {
        SignedHeaders added = signer.sign(
                new SigningRequest(method, target.path(), target.query(), signed, payloadHash), context, keys, time);
        fields.add(new Header("X-Amz-Date", added.amzDate()));
        if (added.contentSha256() != null) {
            fields.add(new Header("X-Amz-Content-Sha256", added.contentSha256()));
        }
        if (added.securityToken() != null) {
            fields.add(new Header("X-Amz-Security-Token", added.securityToken()));
        }
        fields.add(new Header("Authorization", added.authorization()));
    }

    /**
     * Signs in the query; the fields under {@code signed} go along as they are.
     *
     * @param context without {@code x-amz-content-sha256}, which has no place in this form
     * @return the target to send, token and signature in its query
     */
    public WireTarget signInQuery(
            String method,
            WireTarget target,
            List<Header> signed,
            String payloadHash,
            SigningContext context,
            AwsCredentials keys,
            Instant time,
            Duration expires) {
        SigningRequest request = new SigningRequest(method, target.path(), target.query(), signed, payloadHash);
        return target.withQuery(querySigner.signedQuery(request, context, keys, time, expires));
    }

    /** What {@link #signInQuery} computed its signature from; holds the session token, so it never prints. */
    public Explanation explainInQuery(
            String method,
            WireTarget target,
            List<Header> signed,
            String payloadHash,
            SigningContext context,
            AwsCredentials keys,
            Instant time,
            Duration expires) {
        SigningRequest request = new SigningRequest(method, target.path(), target.query(), signed, payloadHash);
        return querySigner.explain(request, context, keys, time, expires);
    }

    /** What the signature of the same request was computed from; holds the session token, so it never prints. */
    public Explanation explain(
            String method,
            WireTarget target,
            List<Header> signed,
            String payloadHash,
            SigningContext context,
            AwsCredentials keys,
            Instant time) {
        return signer.explain(
                new SigningRequest(method, target.path(), target.query(), signed, payloadHash), context, keys, time);
    }
}
