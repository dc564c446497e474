package io.countersign.gateway.calls.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NeedleTest {
    private static int find(String wanted, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return new Needle(wanted).indexIn(bytes, 0, bytes.length);
    }

    @Test
    void findsTheFirstPlaceWithinItsBounds() {
        assertEquals(0, find("ab", "abab"));
        assertEquals(2, find("ab", "aaab"));
        assertEquals(-1, find("ab", "aaaa"));
        assertEquals(-1, find("ab", "a"));
        byte[] text = "xabx".getBytes(UTF_8);
        assertEquals(1, new Needle("ab").indexIn(text, 1, 3));
        assertEquals(-1, new Needle("ab").indexIn(text, 1, 2));
        assertEquals(-1, new Needle("ab").indexIn(text, 2, 4));
    }

    /** Against the JDK's own search, in few letters, so that much nearly fits. */
    @Test
    void agreesWithTheJdk() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = letters(random, random.nextInt(40));
            String wanted = letters(random, 1 + random.nextInt(5));
            assertEquals(
                    text.indexOf(wanted), find(wanted, text), () -> "seed " + seed + ": " + wanted + " in " + text);
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            out.append("abc".charAt(random.nextInt(3)));
        }
        return out.toString();
    }
}
