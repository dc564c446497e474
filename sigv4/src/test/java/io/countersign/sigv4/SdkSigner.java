package io.countersign.sigv4;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** The AWS SDK's signer. It always signs {@code x-amz-content-sha256} in the header form, and never in the query form. */
final class SdkSigner {
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    SdkHttpRequest sign(Sample sample, AwsCredentials keys, PathStyle style, boolean unsignedPayload) {
        return signer.sign(signRequest(sample, keys, style, unsignedPayload).build())
                .request();
    }

    SdkHttpRequest presign(
            Sample sample, AwsCredentials keys, PathStyle style, boolean unsignedPayload, Duration expires) {
        return signer.sign(signRequest(sample, keys, style, unsignedPayload)
                        .putProperty(
                                AwsV4FamilyHttpSigner.AUTH_LOCATION, AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, expires)
                        .build())
                .request();
    }

    private static SignRequest.Builder<AwsCredentialsIdentity> signRequest(
            Sample sample, AwsCredentials keys, PathStyle style, boolean unsignedPayload) {
        return SignRequest.builder(identity(keys))
                .request(request(sample))
                .payload(ContentStreamProvider.fromByteArray(sample.body()))
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, sample.service())
                .putProperty(AwsV4HttpSigner.REGION_NAME, sample.region())
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, style.normalize())
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, style.doubleEncode())
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, !unsignedPayload)
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(sample.time(), ZoneOffset.UTC));
    }

    static SdkHttpRequest request(Sample sample) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(sample.method()))
                .protocol("https")
                .host(sample.host())
                .port(sample.port())
                .encodedPath(sample.path())
                .rawQueryParameters(rawQuery(sample));
        for (Header header : sample.headers()) {
            request.appendHeader(header.name(), header.value());
        }
        return request.build();
    }

    /** Raw to the SDK means not encoded yet. */
    static Map<String, List<String>> rawQuery(Sample sample) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (Sample.Parameter parameter : sample.parameters()) {
            query.computeIfAbsent(parameter.name(), name -> new ArrayList<>()).add(parameter.value());
        }
        return query;
    }

    static AwsCredentialsIdentity identity(AwsCredentials keys) {
        return keys.sessionToken() == null
                ? AwsCredentialsIdentity.create(keys.accessKeyId(), keys.secretAccessKey())
                : AwsSessionCredentialsIdentity.create(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
    }
}
