package io.countersign.proxy.signing;

import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.sigv4.PathStyle;
import java.time.Duration;

/**
 * How a route's requests are signed.
 *
 * @param credentials name of the credentials
 * @param signToken whether the session token is among what is signed, or added after
 * @param maxHead octets of request line and fields with the signature, past which the service refuses; 0: no limit known
 * @param payload whether the body is collected and hashed, or streams; {@link PayloadMode#UNSIGNED} only over TLS
 * @param signInQuery the signature goes upstream as a presigned URL's query parameters instead of in header fields
 * @param queryExpires how long such a URL is good for; whole seconds
 */
public record SigningConfig(
        String service,
        String region,
        String credentials,
        PathStyle pathStyle,
        boolean signToken,
        int maxHead,
        PayloadMode payload,
        boolean signInQuery,
        Duration queryExpires) {

    /** Whether the service takes no chunked bodies, as all of S3's. */
    public boolean isS3() {
        return AwsServices.of(service).isS3();
    }

    /**
     * Whether the signature is that of a presigned URL of S3, which never covers the body ("Authenticating Requests: Using
     * Query Parameters" in the S3 API reference).
     */
    public boolean isPresignedS3() {
        return isPresignedS3(service, signInQuery);
    }

    static boolean isPresignedS3(String service, boolean inQuery) {
        return inQuery && AwsServices.of(service).isS3();
    }
}
