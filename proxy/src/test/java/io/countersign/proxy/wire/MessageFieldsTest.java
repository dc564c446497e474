package io.countersign.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same as Netty's headers, whatever is done to them. */
class MessageFieldsTest {
    private static final List<String> NAMES =
            List.of("Host", "host", "HOST", "Content-Type", "content-type", "X-A", "x-b", "Connection", "x_a");

    @Test
    void holdsWhatNettysHeadersHold() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            HttpHeaders ours = new MessageFields(random.nextInt(4));
            HttpHeaders theirs = DefaultHttpHeadersFactory.headersFactory().newHeaders();
            for (int step = 0; step < 40; step++) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                String value = "v" + step;
                int what = random.nextInt(8);
                for (HttpHeaders each : List.of(ours, theirs)) {
                    change(each, what, name, value);
                }
                String at = "seed " + seed + " round " + round + " step " + step;
                assertEquals(shown(theirs), shown(ours), at);
                assertEquals(theirs.size(), ours.size(), at);
                for (String asked : NAMES) {
                    assertEquals(theirs.get(asked), ours.get(asked), at);
                    assertEquals(theirs.getAll(asked), ours.getAll(asked), at);
                    assertEquals(theirs.contains(asked), ours.contains(asked), at);
                }
            }
            assertEquals(shown(theirs.copy()), shown(ours.copy()));
            assertEquals(theirs.entries().toString(), ours.entries().toString());
        }
    }

    private static void change(HttpHeaders fields, int what, String name, String value) {
        switch (what) {
            case 0, 1, 2 -> fields.add(name, value);
            case 3 -> fields.set(name, value);
            case 4 -> fields.remove(name);
            case 5 -> fields.set(name, List.of(value, "second"));
            case 6 -> fields.setInt(name, 7);
            default -> fields.add((CharSequence) name, (Object) HttpHeaderValues.CLOSE);
        }
    }

    private static List<String> shown(HttpHeaders fields) {
        List<String> lines = new ArrayList<>();
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            lines.add(field.getKey() + ": " + field.getValue());
        }
        return lines;
    }

    @Test
    void asksForNumbersAsNettysDo() {
        HttpHeaders fields = new MessageFields(1);
        fields.set("a", "12").set("b", "x").set("c", "70000");

        assertEquals(12, fields.getInt("a", 0));
        assertEquals(3, fields.getInt("b", 3));
        assertNull(fields.getInt("b"));
        assertEquals(4, fields.getInt("d", 4));
        assertEquals((short) 12, fields.getShort("a", (short) 0));
        assertNull(fields.getShort("c"));
    }

    @Test
    void isClearedForOthers() {
        HttpHeaders fields = new MessageFields(1);
        fields.add("a", "1").add("b", "2");
        fields.clear();

        assertEquals(0, fields.size());
        assertNull(fields.get(HttpHeaderNames.HOST));
        assertEquals(List.of("c: 3"), shown(fields.add("c", "3")));
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        all.next();
        assertThrows(NoSuchElementException.class, all::next);
    }
}
