package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Between the AWS SDK's credential types and ours. */
final class SdkKeys {
    private SdkKeys() {}

    static Fetched of(Credentials fromSts, String source) {
        AwsKeys keys = new AwsKeys(fromSts.accessKeyId(), fromSts.secretAccessKey(), fromSts.sessionToken());
        return new Fetched(keys, Optional.ofNullable(fromSts.expiration()), source);
    }

    static AwsCredentialsProvider provider(AwsKeys keys) {
        return StaticCredentialsProvider.create(
                keys.sessionToken() == null
                        ? AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())
                        : AwsSessionCredentials.create(
                                keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken()));
    }
}
