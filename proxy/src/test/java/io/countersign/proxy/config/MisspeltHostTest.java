package io.countersign.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.settings.Load;
import io.countersign.proxy.signing.SignatureIn;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspeltHostTest {
    @ParameterizedTest
    @CsvSource({
        "abc.execute-api.us-east-1.amazonaws.con, abc.execute-api.us-east-1.amazonaws.com",
        "abc.execute-api.us-east-1.amazonaws.co, abc.execute-api.us-east-1.amazonaws.com",
        "abc.execute-api.us-east-1.amazonaws, abc.execute-api.us-east-1.amazonaws.com",
        "abc.execute-api.us-east-1.amazonawscom, abc.execute-api.us-east-1.amazonaws.com",
        "abc.execute-api.us-east-1.amazon.aws.com, abc.execute-api.us-east-1.amazonaws.com",
        "ABC.execute-api.us-east-1.amzonaws.com, abc.execute-api.us-east-1.amazonaws.com",
        "abc.exeucte-api.us-east-1.amazonaws.com, abc.execute-api.us-east-1.amazonaws.com",
        "abc.execute-api.us-east1.amazonaws.com, abc.execute-api.us-east-1.amazonaws.com",
        "aps-workspace.us-east-1.amazonaws.com, aps-workspaces.us-east-1.amazonaws.com",
        "aps-workspaces.us-east-1.amazonaws.con, aps-workspaces.us-east-1.amazonaws.com",
        "abc.execute-api.cn-north-1.amazonaws.com.cm, abc.execute-api.cn-north-1.amazonaws.com.cn",
        "abc.lambda-url.us-east-1.no.aws, abc.lambda-url.us-east-1.on.aws",
        "bucket.s3.us-east-1.amazonaws.cmo, bucket.s3.us-east-1.amazonaws.com",
    })
    void findsWhatWasMeant(String host, String meant) {
        assertEquals(Optional.of(meant), MisspeltHost.meant(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc.execute-api.us-east-1.amazonaws.com",
                "m1.accesspoint.s3-global.amazonaws.com",
                "api.example.com",
                "logs.us-east-1.example.com",
                "localhost",
                "127.0.0.1",
                "::1",
                "ecs.us-east-1.amazonaws.com",
                "ses.us-east-1.amazonaws.com",
                "amazonaws.com",
            })
    void isSilentOfAllElse(String host) {
        assertEquals(Optional.empty(), MisspeltHost.meant(host));
    }

    @Test
    void aPresignedUrlMayBeGoodForSevenDays() {
        assertEquals(
                new SignatureIn.Query(Duration.ofDays(7)),
                Load.route("signature-in = query, query-expires = 7 days")
                        .signing()
                        .orElseThrow()
                        .signatureIn());
    }
}
