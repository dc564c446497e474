package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalHeadersTest {
    private static final SigningContext PLAIN =
            new SigningContext("us-east-1", "execute-api", PathStyle.AWS, true, false);

    @Test
    void writesNamesInLowerCaseAndSorted() {
        assertEquals(
                """
                GET
                /

                a-b:3
                a1:2
                host:example.com
                x-amz-date:20150830T123600Z
                zz:1

                a-b;a1;host;x-amz-date;zz
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""",
                Example.canonicalRequest(
                        Example.request(
                                "/", null, new Header("ZZ", "1"), new Header("A1", "2"), new Header("a-B", "3")),
                        PLAIN,
                        Example.KEYS));
    }

    @Test
    void trimsAndFoldsWhiteSpace() {
        assertEquals("a:", firstHeader(new Header("a", "")));
        assertEquals("a:", firstHeader(new Header("a", " \t ")));
        assertEquals("a:b", firstHeader(new Header("a", "  b\t")));
        assertEquals("a:b c", firstHeader(new Header("a", "b   c")));
        assertEquals("a:b c d", firstHeader(new Header("a", "b\tc \t d")));
        assertEquals("a:\"b c\"", firstHeader(new Header("a", "\"b  c\"")));
        assertEquals("a:b c", firstHeader(new Header("a", "b\r\n   c")));
    }

    @Test
    void joinsRepeatedNamesInTheirOrder() {
        assertEquals(
                "a:4,1, 3,,2",
                firstHeader(
                        new Header("A", " 4 "), new Header("a", "1,  3"), new Header("A", ""), new Header("a", "2")));
    }

    @Test
    void keepsTheOrderOfManyRepetitions() {
        Header[] headers = new Header[100];
        StringBuilder joined = new StringBuilder("a:");
        for (int i = 0; i < headers.length; i++) {
            headers[i] = new Header("a", String.valueOf(i));
            joined.append(i == 0 ? "" : ",").append(i);
        }

        assertEquals(joined.toString(), firstHeader(headers));
    }

    @Test
    void signsAValueOutsideAsciiAsUtf8() {
        assertEquals("a:caf\u00e9", firstHeader(new Header("a", "caf\u00e9")));
    }

    @Test
    void replacesWhatItAnswersForItself() {
        SigningRequest spoofed = Example.request(
                "/",
                null,
                new Header("Authorization", "Basic abc"),
                new Header("X-Amz-Date", "20000101T000000Z"),
                new Header("X-Amz-Security-Token", "theirs"),
                new Header("X-Amz-Content-Sha256", "theirs"));

        assertEquals(
                Example.canonicalRequest(Example.REQUEST, Example.CONTEXT, Example.KEYS_WITH_TOKEN),
                Example.canonicalRequest(spoofed, Example.CONTEXT, Example.KEYS_WITH_TOKEN));
    }

    @Test
    void signsATokenAndAContentHashThatItDoesNotAddLikeAnyHeader() {
        String canonical = Example.canonicalRequest(
                Example.request(
                        "/",
                        null,
                        new Header("X-Amz-Security-Token", "theirs"),
                        new Header("X-Amz-Content-Sha256", PayloadHash.EMPTY)),
                PLAIN,
                Example.KEYS);

        assertTrue(canonical.contains("\nx-amz-security-token:theirs\n"), canonical);
        assertTrue(canonical.contains("\nx-amz-content-sha256:" + PayloadHash.EMPTY + "\n"), canonical);
    }

    @Test
    void leavesOutATokenThatIsAddedAfterSigning() {
        SigningContext context = new SigningContext("us-east-1", "execute-api", PathStyle.AWS, false, false);
        SigningRequest request = Example.request("/", null, new Header("x-amz-security-token", "theirs"));

        assertFalse(Example.canonicalRequest(request, context, Example.KEYS_WITH_TOKEN)
                .contains("security-token"));
        assertEquals(
                Example.KEYS_WITH_TOKEN.sessionToken(),
                new HeaderSigner()
                        .sign(request, context, Example.KEYS_WITH_TOKEN, Example.TIME)
                        .securityToken());
    }

    @Test
    void demandsAHost() {
        SigningRequest request = new SigningRequest("GET", "/", null, List.of(), PayloadHash.EMPTY);

        assertThrows(
                IllegalArgumentException.class,
                () -> new HeaderSigner().sign(request, PLAIN, Example.KEYS, Example.TIME));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:", "a\n", "caf\u00e9", "a\u0000", "(a)"})
    void refusesWhatIsNoFieldName(String name) {
        SigningRequest request = Example.request("/", null, new Header(name, ""));

        assertThrows(
                IllegalArgumentException.class,
                () -> new HeaderSigner().sign(request, PLAIN, Example.KEYS, Example.TIME));
    }

    private static String firstHeader(Header... headers) {
        return Example.line(3, Example.request("/", null, headers), PLAIN);
    }
}
