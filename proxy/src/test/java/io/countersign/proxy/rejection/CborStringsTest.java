package io.countersign.proxy.rejection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CborStringsTest {
    @ParameterizedTest
    @CsvSource({
        // {"a": "b"}, by definite and indefinite length, and with the length in one, two, four and eight bytes
        "a1 6161 6162",
        "bf 6161 6162 ff",
        "a1 780161 6162",
        "a1 79000161 6162",
        "a1 7a0000000161 6162",
        "a1 7b000000000000000161 6162",
        "b801 6161 6162",
        // a text in pieces
        "a1 6161 7f 60 6162 ff",
        // beside members of every other type: 1, -1, h'01', [1, [_ ]], {1: 2}, 0("x"), true, null, 1.0
        "ba00000002 6163 01 6161 6162",
        "a2 6163 20 6161 6162",
        "a2 6163 4101 6161 6162",
        "a2 6163 5f4101ff 6161 6162",
        "a2 6163 82019fff 6161 6162",
        "a2 6163 a10102 6161 6162",
        "a2 6163 bf0102ff 6161 6162",
        "a2 6163 c06178 6161 6162",
        "a2 6163 f5 6161 6162",
        "a2 6163 f6 6161 6162",
        "a2 6163 fb3ff0000000000000 6161 6162",
        "a2 01 02 6161 6162",
        // a name that comes twice counts the last time
        "a2 6161 6163 6161 6162",
    })
    void readsTheOutermostTexts(String hex) {
        assertEquals(Optional.of(Map.of("a", "b")), CborStrings.of(bytes(hex)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a1",
                "a1 6161",
                "a1 6161 62",
                "a1 6161 6162 00",
                "bf 6161 6162",
                "bf 6161 ff",
                "a2 6161 6162",
                "a1 6161 7f 4101 ff",
                "a1 6161 7f 7f 6162 ff ff",
                "a1 6161 7f 6162",
                "a1 6161 7bffffffffffffffff",
                "a1 6161 5bffffffffffffffff",
                "a1 6161 7a7fffffff 62",
                "bbffffffffffffffff",
                "a1 6161 9bffffffffffffffff",
                "a1 6161 1c",
                "a1 6161 1f",
                "a1 6161 fc",
                "a1 6161 ff",
                "ac",
                "bc 6161 6162",
                "6161",
                "81 6161",
            })
    void readsNothingThatIsNotOneWholeMap(String hex) {
        assertEquals(Optional.empty(), CborStrings.of(bytes(hex)));
    }

    @Test
    void writesWhatItReads() {
        Map<String, String> texts = Map.of("__type", "x", "message", "ä".repeat(4_000), "", "");

        assertEquals(Optional.of(texts), CborStrings.of(CborStrings.bytes(texts)));
    }

    @Test
    void hasABoundOnDepth() {
        assertTrue(CborStrings.of(nested(14)).isPresent());
        assertTrue(CborStrings.of(nested(60_000)).isEmpty());
    }

    @Test
    void neverThrows() {
        long seed = 20260301;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            if (body.length > 0) {
                body[0] = (byte) (0xa0 | random.nextInt(32));
            }
            CborStrings.of(body);
            ProtobufStatus.of(body);
        }
    }

    /** A map of one member, which is that many arrays in one another. */
    private static byte[] nested(int depth) {
        byte[] body = new byte[depth + 4];
        Arrays.fill(body, (byte) 0x81);
        body[0] = (byte) 0xa1;
        body[1] = 0x61;
        body[2] = 'a';
        body[body.length - 1] = 0;
        return body;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
