package io.countersign.proxy.signing;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.PayloadMode;
import io.countersign.sigv4.PathStyle;
import java.util.Optional;

/**
 * How a route's requests are signed.
 *
 * @param scope what the signatures are for
 * @param credentials name of the credentials
 * @param signToken whether the session token is among what is signed, or added after
 * @param pathEncoding how the path appears in the canonical request
 * @param payload whether the body is collected and hashed, or streams; {@link PayloadMode#UNSIGNED} only over TLS
 */
public record SigningConfig(
        SigningScope scope,
        String credentials,
        PathStyle pathEncoding,
        boolean signToken,
        PayloadMode payload,
        SignatureIn signatureIn) {

    /** Name of the service in the credential scope. */
    public String service() {
        return scope.service();
    }

    /** The region of the upstream, see {@link SigningScope#region}. */
    public String region() {
        return scope.region();
    }

    /** Where signatures are valid: in one region, or those of a set in which {@code *} stands for any characters. */
    public String regions() {
        return scope.regions();
    }

    /** Whether it is the signature that can be valid in several regions. */
    public boolean isAsymmetric() {
        return scope.isAsymmetric();
    }

    /** The same in another region. */
    public SigningConfig in(String other) {
        return narrowedTo(Optional.empty(), Optional.of(other));
    }

    /** The same for one service or region alone, where it is for those of each host. */
    public SigningConfig narrowedTo(Optional<String> oneService, Optional<String> oneRegion) {
        return new SigningConfig(
                scope.narrowedTo(oneService, oneRegion), credentials, pathEncoding, signToken, payload, signatureIn);
    }

    /** Whether it is for one region. */
    public boolean namesRegion() {
        return !region().equals(SigningScope.ANY);
    }

    /** Whether it is for one service. */
    public boolean namesService() {
        return !service().equals(SigningScope.ANY);
    }

    /** Whether it is for that service. */
    public boolean isFor(String name) {
        return !namesService() || service().equals(name);
    }

    /** Whether a route with this may send to a host of that service and region. */
    public boolean mayBeFor(AwsEndpoint endpoint) {
        return isFor(endpoint.service()) && (!namesRegion() || region().equals(endpoint.region()));
    }

    /** Bytes of a request's head with the signature, past which the service refuses it; 0: no limit is known. */
    public int maxHead() {
        return AwsServices.of(service()).preset().maxHead();
    }

    /** Whether the service takes no chunked bodies, as all of S3's. */
    public boolean isS3() {
        return AwsServices.of(service()).isS3();
    }

    /** Whether the service takes bodies in {@code aws-chunked} form. */
    public boolean takesAwsChunked() {
        return AwsServices.of(service()).takesAwsChunked();
    }

    /**
     * Whether the signature is that of a presigned URL of S3, which never covers the body ("Authenticating Requests: Using
     * Query Parameters" in the S3 API reference).
     */
    public boolean isPresignedS3() {
        return isPresignedS3(service(), signatureIn instanceof SignatureIn.Query);
    }

    static boolean isPresignedS3(String service, boolean inQuery) {
        return inQuery && AwsServices.of(service).isS3();
    }
}
