package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the values that go in accept, and where each begins to refuse. */
class InputsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "http://example.com/"})
    void pathBeginsWithASlash(String path) {
        assertThrows(IllegalArgumentException.class, () -> Example.request(path, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET ", "GE\nT", "caf\u00e9"})
    void methodIsAToken(String method) {
        assertThrows(IllegalArgumentException.class, () -> request(method, PayloadHash.EMPTY));
    }

    @Test
    void payloadHashIsOneOrSaysThatThereIsNone() {
        assertEquals("UNSIGNED-PAYLOAD", request("GET", "UNSIGNED-PAYLOAD").payloadHash());
        assertEquals("0".repeat(64), request("GET", "0".repeat(64)).payloadHash());
        for (StreamingPayload form : StreamingPayload.values()) {
            assertEquals(form.value(), request("PUT", form.value()).payloadHash());
        }
        assertThrows(IllegalArgumentException.class, () -> request("PUT", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"));
        assertThrows(IllegalArgumentException.class, () -> request("GET", "0".repeat(63)));
        assertThrows(IllegalArgumentException.class, () -> request("GET", "0".repeat(65)));
        assertThrows(IllegalArgumentException.class, () -> request("GET", "A".repeat(64)));
        assertThrows(IllegalArgumentException.class, () -> request("GET", "g".repeat(64)));
        assertThrows(IllegalArgumentException.class, () -> request("GET", ""));
    }

    @Test
    void headersAreCopied() {
        List<Header> headers = new ArrayList<>(List.of(Example.HOST));
        SigningRequest request = new SigningRequest("GET", "/", null, headers, PayloadHash.EMPTY);
        headers.clear();

        assertEquals(List.of(Example.HOST), request.headers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "us east", "us/east", "us,east", "us\n", "caf\u00e9"})
    void regionAndServiceCanStandInAScope(String part) {
        assertThrows(IllegalArgumentException.class, () -> SigningContext.of(part, "execute-api"));
        assertThrows(IllegalArgumentException.class, () -> SigningContext.of("us-east-1", part));
    }

    @Test
    void keysAreNotEmpty() {
        assertThrows(IllegalArgumentException.class, () -> AwsCredentials.longLived("", "secret"));
        assertThrows(IllegalArgumentException.class, () -> AwsCredentials.longLived("id", ""));
    }

    @Test
    void timeHasAYearOfFourDigits() {
        AmzDate date = new AmzDate();
        date.set(Instant.parse("9999-12-31T23:59:59Z"));
        assertEquals("99991231T235959Z", date.text());
        assertThrows(IllegalArgumentException.class, () -> date.set(Instant.parse("+10000-01-01T00:00:00Z")));
    }

    private static SigningRequest request(String method, String payloadHash) {
        return new SigningRequest(method, "/", null, List.of(Example.HOST), payloadHash);
    }
}
