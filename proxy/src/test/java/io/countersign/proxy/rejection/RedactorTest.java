package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.countersign.sigv4.AwsKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private final Redactor redactor = new Redactor(new AwsKeys("AKID", "canary/secret+1", "canary//token+x=="));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the token canary//token+x== as it is",
                "canary%2F%2Ftoken%2Bx%3D%3D",
                "canary%2f%2ftoken%2bx%3d%3d",
                "canary%252F%252Ftoken%252Bx%253D%253D",
                "{\"m\":\"canary\\/\\/token\\u002bx\\u003d\\u003d\"}",
                "<a>canary//token&#43;x&#x3D;&#61;</a>",
                "canary/secret+1",
                "host:h\nx-amz-security-token:canary-other\n\nhost",
                "host:h\\nx-amz-security-token:canary-other\\n\\nhost",
                "?a=b&X-Amz-Security-Token=canary-other%2F&c=d",
                "{\"X-Amz-Security-Token\":1,\"x\":\"X-Amz-Security-Token: canary-other\"}",
            })
    void takesOutEverySpelling(String text) {
        String clean = redactor.text(text);
        assertFalse(clean.contains("canary"), clean);
        String body = new String(redactor.body(text.getBytes(UTF_8)), UTF_8);
        assertEquals(clean, body);
    }

    @Test
    void leavesWhatStandsAround() {
        assertEquals(
                "host:h\nx-amz-security-token:[redacted]\n\nhost;x-amz-security-token\nabc",
                redactor.text("host:h\nx-amz-security-token:other\n\nhost;x-amz-security-token\nabc"));
        assertEquals("?X-Amz-Security-Token=[redacted]&c=d", redactor.text("?X-Amz-Security-Token=x&c=d"));
    }

    @Test
    void leavesABodyWithoutSecretsUntouched() {
        byte[] body = new byte[256];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        assertSame(body, redactor.body(body));
        byte[] mixed = ("\u00ff\u0080canary/secret+1\u00fe").getBytes(ISO_8859_1);
        assertArrayEquals("\u00ff\u0080[redacted]\u00fe".getBytes(ISO_8859_1), redactor.body(mixed));
    }

    @Test
    void worksForLongLivedKeysAndLongTokens() {
        assertEquals("a [redacted]", new Redactor(new AwsKeys("A", "12345678", null)).text("a 12345678"));
        assertEquals("a 1234567", new Redactor(new AwsKeys("A", "1234567", null)).text("a 1234567"));
        String token = "AbC/+=".repeat(600);
        assertEquals("[redacted]", new Redactor(new AwsKeys("A", "sec", token)).text(token));
    }
}
