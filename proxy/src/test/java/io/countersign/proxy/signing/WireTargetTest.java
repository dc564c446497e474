package io.countersign.proxy.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one form of a target: what of it is left alone, and what S3 will not verify otherwise. */
class WireTargetTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/plain/key.txt, /plain/key.txt",
                "/with%20space, /with%20space",
                "/a+b, /a%2Bb",
                "/a%2bb, /a%2Bb",
                "/(1)!*', /%281%29%21%2A%27",
                "\"/a$b&c,d;e:f@g=h\", /a%24b%26c%2Cd%3Be%3Af%40g%3Dh",
                "/~a-b_c.d, /~a-b_c.d",
                "/%7Ea%2Db, /~a-b",
                "/%41%62, /Ab",
                "/a%2Fb, /a/b",
                "/a//b/, /a//b/",
                "/100%25, /100%25",
                "/%2525, /%2525",
                "/gr%c3%bc%C3%9Fe, /gr%C3%BC%C3%9Fe",
                "/, /",
            })
    void bringsAnObjectsPathIntoTheFormThatS3Computes(String path, String expected) {
        WireTarget target = WireTarget.of(path, null, "", "", true);
        assertEquals(expected, target.path());
        assertEquals(expected, WireTarget.of(expected, null, "", "", true).path(), "it is its own form");
        assertEquals(path, WireTarget.of(path, null, "", "", false).path(), "elsewhere it goes as it came");
    }

    @Test
    void putsTheBasePathInPlaceOfThePrefix() {
        assertEquals(
                "/bucket/a%2Bb",
                WireTarget.of("/s3/a+b", null, "/s3", "/bucket", true).path());
        assertEquals(
                "/bucket/", WireTarget.of("/s3", null, "/s3", "/bucket", true).path());
    }

    @Test
    void neverPrintsTheQuery() {
        WireTarget target = WireTarget.of("/a", "X-Amz-Signature=abc", "", "", false);
        assertEquals("/a?X-Amz-Signature=abc", target.text());
        assertFalse(target.toString().contains("abc"), target.toString());
    }
}
