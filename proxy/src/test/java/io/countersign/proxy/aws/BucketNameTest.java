package io.countersign.proxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketNameTest {
    @ParameterizedTest
    @CsvSource({
        "b.s3.eu-west-1.amazonaws.com, /k/l, b",
        "B.s3.eu-west-1.amazonaws.com, /k/l, b",
        "b.c.s3.eu-west-1.amazonaws.com, /k/l, b.c",
        "s3.s3.eu-west-1.amazonaws.com, /k/l, s3",
        "b.s3.eu-west-1.s3.eu-west-1.amazonaws.com, /k/l, b.s3.eu-west-1",
        "b.s3-fips.us-east-1.amazonaws.com, /k/l, b",
        "b.s3.amazonaws.com, /k/l, b",
        "b.s3-eu-west-1.amazonaws.com, /k/l, b",
        "b.s3.dualstack.eu-west-1.amazonaws.com, /k/l, b",
        "b.s3.cn-north-1.amazonaws.com.cn, /k/l, b",
        "b.bucket.vpce-1a-2b.s3.eu-west-1.vpce.amazonaws.com, /k/l, b",
        "bucket.vpce-1a-2b.s3.eu-west-1.vpce.amazonaws.com, /k/l, k",
        "accesspoint.vpce-1a-2b.s3.eu-west-1.vpce.amazonaws.com, /k/l, vpce/accesspoint.vpce-1a-2b",
        "b-123456789012.s3-accesspoint.eu-west-1.amazonaws.com, /k/l, s3-accesspoint/b-123456789012",
        "b-123456789012.s3-object-lambda.eu-west-1.amazonaws.com, /k/l, s3-object-lambda/b-123456789012",
        "s3.eu-west-1.amazonaws.com, /k/l, k",
        "s3.eu-west-1.amazonaws.com, /k, k",
        "s3.eu-west-1.amazonaws.com, /k%2Fl, k%2Fl",
        "s3.eu-west-1.amazonaws.com, //k/l, ''",
        "s3.eu-west-1.amazonaws.com, /,",
        "s3-eu-west-1.amazonaws.com, /k/l, k",
        "s3.dualstack.eu-west-1.amazonaws.com, /k/l, k",
        "minio.example, /k/l, k"
    })
    void isInTheHostOrFirstInThePath(String host, String path, String bucket) {
        assertEquals(Optional.ofNullable(bucket), BucketName.of(host, path));
    }

    @ParameterizedTest
    @CsvSource({"b/k, b", "/b/k, b", "b, b", "//b/k, ''", "arn:aws:s3:::b/k, arn:aws:s3:::b", "'', ''"})
    void isFirstInACopysSource(String value, String bucket) {
        assertEquals(bucket, BucketName.ofCopySource(value));
    }
}
