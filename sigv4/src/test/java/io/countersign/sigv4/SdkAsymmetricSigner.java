package io.countersign.sigv4;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4aHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.RegionSet;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The AWS SDK's signer for SigV4A, which is AWS's Common Runtime in C. */
final class SdkAsymmetricSigner {
    private final AwsV4aHttpSigner signer = AwsV4aHttpSigner.create();

    /** Empty if it cannot sign the request. */
    Optional<SdkHttpRequest> sign(Sample sample, PathStyle style, String regions) {
        return sign(signRequest(sample, style, regions));
    }

    /** As {@link #sign}, in the query. */
    Optional<SdkHttpRequest> presign(Sample sample, PathStyle style, String regions, Duration expires) {
        return sign(signRequest(sample, style, regions)
                .putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, expires));
    }

    /** Its parser of URLs takes what is before {@code ://} for a scheme, also in a path. */
    static boolean readsPath(Sample sample) {
        return !sample.path().contains("://");
    }

    private Optional<SdkHttpRequest> sign(SignRequest.Builder<AwsCredentialsIdentity> request) {
        try {
            return Optional.of(signer.sign(request.build()).request());
        } catch (CrtRuntimeException | StringIndexOutOfBoundsException e) {
            // It takes no path with a segment of just a colon, and not all parameters without a value.
            return Optional.empty();
        }
    }

    private static SignRequest.Builder<AwsCredentialsIdentity> signRequest(
            Sample sample, PathStyle style, String regions) {
        return SignRequest.builder(SdkSigner.identity(sample.keys()))
                .request(SdkSigner.request(sample))
                .payload(ContentStreamProvider.fromByteArray(sample.body()))
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, sample.service())
                .putProperty(AwsV4aHttpSigner.REGION_SET, RegionSet.create(List.of(regions.split(","))))
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, style.normalize())
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, style.doubleEncode())
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(sample.time(), ZoneOffset.UTC));
    }
}
