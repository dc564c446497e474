package io.countersign.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @Test
    void isReadAsPeopleAndOpenSslWriteIt() {
        String colons = HEX.replaceAll("(..)(?=.)", "$1:").toUpperCase(java.util.Locale.ROOT);
        assertEquals(HEX, Fingerprint.parse(HEX));
        assertEquals(HEX, Fingerprint.parse(colons));
        assertEquals(HEX, Fingerprint.parse("sha256:" + HEX));
        assertEquals(HEX, Fingerprint.parse("sha256 Fingerprint=" + colons));
        assertEquals(HEX, Fingerprint.parse("SHA256 Fingerprint=" + colons));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00112233445566778899aabbccddeeff00112233445566778899aabbccddeef",
                "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
                "g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
                "sha1:00112233445566778899aabbccddeeff00112233"
            })
    void whatIsNoSha256IsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Fingerprint.parse(text));
    }
}
