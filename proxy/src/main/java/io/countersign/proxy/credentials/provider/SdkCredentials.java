package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Principal;
import io.countersign.sigv4.AwsCredentials;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Between the AWS SDK's credential types and ours. */
final class SdkCredentials {
    private SdkCredentials() {}

    /** @param arn of whom STS has made them for */
    static Fetched of(Credentials fromSts, String provider, String arn) {
        AwsCredentials credentials =
                new AwsCredentials(fromSts.accessKeyId(), fromSts.secretAccessKey(), fromSts.sessionToken());
        return new Fetched(credentials, Optional.ofNullable(fromSts.expiration()), provider, Principal.ofArn(arn));
    }

    static AwsCredentialsProvider provider(AwsCredentials credentials) {
        return StaticCredentialsProvider.create(
                credentials.sessionToken() == null
                        ? AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey())
                        : AwsSessionCredentials.create(
                                credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken()));
    }
}
