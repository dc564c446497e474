package io.countersign.proxy.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.AwsCredentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SecretsTest {
    private static final String TOKEN = "IQoJb3JpZ2lu//X2VjEH+AaCXVzLWVhc3QtMSJIMEYCIQDq=mZ0Lk9uR1c+Wb7Yx2Tt5Gg8Hh==";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE";
    private final Secrets secrets = Secrets.of(new AwsCredentials("ASIAEXAMPLE", SECRET, TOKEN));

    private static Map<String, UnaryOperator<String>> spellings() {
        Map<String, UnaryOperator<String>> all = new TreeMap<>();
        UnaryOperator<String> percent = text -> URLEncoder.encode(text, UTF_8);
        all.put("plain", text -> text);
        all.put("percent", percent);
        all.put(
                "percent in lower case",
                text -> percent.apply(text).replaceAll("%2F", "%2f").replace("%2B", "%2b"));
        all.put("percent twice", text -> percent.apply(percent.apply(text)));
        all.put("percent of each character", text -> each(text, "%%%02x"));
        all.put("JSON", text -> text.replace("/", "\\/").replace("=", "\\u003d").replace("+", "\\u002B"));
        all.put("JSON of each character", text -> each(text, "\\u%04x"));
        all.put("XML", text -> text.replace("+", "&#43;").replace("=", "&#x3D;").replace("/", "&#x2f;"));
        all.put("XML of each character", text -> each(text, "&#%d;"));
        all.put("hex", text -> HexFormat.of().formatHex(text.getBytes(UTF_8)));
        all.put("hex in upper case", text -> HexFormat.of().withUpperCase().formatHex(text.getBytes(UTF_8)));
        all.put("hex with spaces", text -> HexFormat.ofDelimiter(" ").formatHex(text.getBytes(UTF_8)));
        all.put("hex with colons", text -> HexFormat.ofDelimiter(":").formatHex(text.getBytes(UTF_8)));
        all.put(
                "hex of percent",
                text -> HexFormat.ofDelimiter(" ").formatHex(percent.apply(text).getBytes(UTF_8)));
        for (int shift = 0; shift < 3; shift++) {
            String before = "Co:".substring(0, shift);
            all.put(
                    "base64 behind " + shift,
                    text -> Base64.getEncoder().encodeToString((before + text).getBytes(UTF_8)));
            all.put(
                    "base64 for URLs behind " + shift,
                    text -> Base64.getUrlEncoder().withoutPadding().encodeToString((before + text).getBytes(UTF_8)));
        }
        all.put(
                "base64 in lines",
                text -> Base64.getMimeEncoder(20, new byte[] {13, 10}).encodeToString(text.getBytes(UTF_8)));
        all.put(
                "base64 of percent",
                text -> Base64.getEncoder().encodeToString(percent.apply(text).getBytes(UTF_8)));
        all.put("percent of base64", text -> percent.apply(Base64.getEncoder().encodeToString(text.getBytes(UTF_8))));
        all.put("base64 of gzip", text -> Base64.getEncoder().encodeToString(zipped(text)));
        all.put("in lines", text -> text.replaceAll("(.{9})", "$1\n "));
        return all;
    }

    private static String each(String text, String format) {
        return text.chars().mapToObj(format::formatted).collect(Collectors.joining());
    }

    private static byte[] zipped(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @TestFactory
    Stream<DynamicTest> masksEverySpelling() {
        return spellings().entrySet().stream()
                .map(spelling -> DynamicTest.dynamicTest(spelling.getKey(), () -> {
                    for (String secret : new String[] {TOKEN, SECRET}) {
                        String spelled = spelling.getValue().apply(secret);
                        String masked = secrets.mask("<a>" + spelled + "</a> stays");
                        assertTrue(masked.startsWith("<a>"), masked);
                        assertTrue(masked.endsWith("</a> stays"), masked);
                        assertTrue(masked.contains("[redacted]"), masked);
                        String left = masked.replace("[redacted]", "")
                                .replace("<a>", "")
                                .replace("</a> stays", "");
                        assertTrue(left.length() < 12, left);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> masksASecretWhereverItWasCutBefore() {
        return spellings().entrySet().stream()
                .filter(spelling -> !spelling.getKey().contains("gzip"))
                .map(spelling -> DynamicTest.dynamicTest(spelling.getKey(), () -> {
                    String spelled = spelling.getValue().apply(TOKEN);
                    int oneCharacter = 2 + spelled.length() / TOKEN.length();
                    for (int length = 0; length <= spelled.length(); length++) {
                        String masked = secrets.mask("x " + spelled.substring(0, length));
                        assertTrue(masked.length() < 15 + 14 * oneCharacter, "of " + length + " is left: " + masked);
                    }
                }));
    }

    @Test
    void masksBeforeItCuts() {
        for (int before = 0; before < 120; before++) {
            String line = secrets.line("x".repeat(before) + " " + TOKEN, 100);
            assertTrue(line.length() <= 100, line);
            assertFalse(line.contains(TOKEN.substring(0, 6)), line);
        }
    }

    @Test
    void leavesATextWithoutSecretsAsItIs() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        String bytes = new String(all, ISO_8859_1);
        assertSame(bytes, secrets.mask(bytes));
        String words =
                "User: arn:aws:iam::1:user/x is not authorized to perform: execute-api:Invoke, 100% sure & \\u00";
        assertSame(words, secrets.mask(words));
    }

    @Test
    void masksTheSecretAloneAndNotWhatStandsAround() {
        assertEquals("a [redacted], b", secrets.mask("a " + TOKEN + ", b"));
        assertEquals("[redacted]-[redacted]", secrets.mask(TOKEN + "-" + SECRET));
        assertEquals("[redacted]", Secrets.NONE.and("AbC/+=".repeat(600)).mask("AbC/+=".repeat(600)));
    }

    @Test
    void takesAWordForNoSecret() {
        assertEquals("a 1234567", Secrets.NONE.and("1234567").mask("a 1234567"));
        assertEquals("a [redacted]", Secrets.NONE.and("12345678").mask("a 12345678"));
        assertEquals("a 1234567", Secrets.NONE.and(null).mask("a 1234567"));
    }

    @Test
    void masksUnknownSecretsByTheNameOfTheirField() {
        assertEquals(
                "host:h\nx-amz-security-token:[redacted]\n\nhost;x-amz-security-token\nabc",
                secrets.mask("host:h\nx-amz-security-token:other\n\nhost;x-amz-security-token\nabc"));
        assertEquals("?X-Amz-Security-Token=[redacted]&c=d", secrets.mask("?X-Amz-Security-Token=x&c=d"));
        assertEquals("{\"SecretAccessKey\" : \"[redacted]\"}", secrets.mask("{\"SecretAccessKey\" : \"abc\"}"));
        assertEquals("Proxy-Authorization: Basic [redacted]", secrets.mask("Proxy-Authorization: Basic dTpw"));
        assertEquals("token [redacted] is bad", secrets.mask("token eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln is bad"));
    }

    @Test
    void isLinearInWhatHostileTextsMayHold() {
        for (String piece :
                new String[] {"eyJ", "%25", "&#", "\\u00", "ab ", "A", "78 2d ", "IQoJb3Jp", "authorization:  "}) {
            String text = piece.repeat(64 * 1024 / piece.length());
            assertTrue(secrets.mask(text).length() <= text.length() + "[redacted]".length());
        }
    }

    @Test
    void neverPrints() {
        String shown = secrets.toString() + new Fragments(TOKEN);
        assertFalse(shown.contains(TOKEN.substring(0, 6)), shown);
    }
}
