package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "credentials.default.secret-access-key|canary|[redacted]",
                "credentials.default.session-token|canary|[redacted]",
                "credentials.default.external-id|canary|[redacted]",
                "credentials.default.process|/bin/get canary|[redacted]",
                "credentials.default.secret-access-key|file:key|file:key",
                "credentials.default.access-key-id|AKIDEXAMPLE|AKIDEXAMPLE",
                "credentials.default.web-identity-token-file|/run/token|/run/token",
                "routes.a.headers.set.x-api-key|canary|[redacted]",
                "routes.a.headers.set.\"X-Scope-OrgID\"|canary|[redacted]",
                "tenants.a.headers.set.X-Scope-OrgID|canary|[redacted]",
                "routes.a.headers.remove[0]|x-old|x-old",
                "approval.webhook|https://hooks.example/canary|[redacted]",
                "quotas.shared|redis://user:canary@redis.internal:6379|redis://[redacted]@redis.internal:6379",
                "quotas.shared|redis://:can#ary?canary@redis.internal|redis://[redacted]@redis.internal",
                "access.allow-files[0]|https://lists.example/a?sig=canary|https://lists.example/a?[redacted]",
                "access.allow-files[0]|s3://bucket/a|s3://bucket/a",
                "routes.a.upstream|https://user@a.example/x|https://[redacted]@a.example/x",
                "routes.a.description|csgn_0123456789abcdef and more|[redacted] and more",
                "console.tokens-file|tokens|tokens",
                "routes.a.sign-token|true|true",
                "console.token-for-this-run|true|true"
            })
    void hidesWhatMayBeASecretAndNothingElse(String path, String value, String shown) {
        assertEquals(shown, Redaction.of(path, value));
    }
}
