package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IpListTest {
    private final List<String> places = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    @Test
    void readsEntriesCommentsAndBlankLines() throws Exception {
        IpList list = list("deny.list", "# first\n\n10.0.0.1\n  10.0.1.0/24\t# the lab\n#10.9.9.9\n::1");

        assertEquals(List.of(), faults);
        assertEquals(List.of("deny.list:3 (10.0.0.1)", "deny.list:4 (10.0.1.0/24)", "deny.list:6 (::1)"), rules(list));
    }

    @Test
    void toleratesAByteOrderMarkAndWindowsLineEnds() throws Exception {
        assertEquals(List.of("l:1 (10.0.0.1)", "l:2 (10.0.0.2)"), rules(list("l", "\uFEFF10.0.0.1\r\n10.0.0.2\r\n")));
        assertEquals(List.of("l:2 (10.0.0.0/8)"), rules(list("l", "\uFEFF\n10.0.0.0/8")));
        assertEquals(List.of("l:1 (::1)"), rules(list("l", "\uFEFF ::1")));
        assertEquals(List.of(), faults);
    }

    @Test
    void namesEveryFaultyLine() throws Exception {
        list("conf/allow.list", "10.0.0.5/8\n10.0.0.1\n010.0.0.1\n10.0.0.1 10.0.0.2\n1.1.1.1\r2.2.2.2\n");

        assertEquals(
                List.of("conf/allow.list:1", "conf/allow.list:3", "conf/allow.list:4", "conf/allow.list:5"), places);
        assertEquals(
                "\"10.0.0.5/8\" has host bits set; write 10.0.0.0/8 for the network, or the address without a prefix length",
                faults.get(0));
    }

    @Test
    void takesNoSpellingOfAnAddressButTheStrictOne() throws Exception {
        for (String text : List.of(
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.04",
                "1.2.3.00",
                "1..2.3",
                ".1.2.3.4",
                "1.2.3.4.",
                "1.2.3.4444",
                "1.2.3.-4",
                "1.2.3.+4",
                "0x1.2.3.4",
                "1.2.3.4x",
                "1.2.3.4 5",
                "\u0661.2.3.4",
                "1.2.3.4%eth0",
                "4294967296")) {
            places.clear();
            IpList list = list("l", text + "\n");
            assertEquals(0, list.size(), text);
            assertEquals(List.of("l:1"), places, text);
        }
        places.clear();
        assertEquals(
                List.of("l:1 (0.0.0.0)", "l:3 (10.0.0.0)", "l:2 (255.255.255.255)"),
                rules(list("l", "0.0.0.0\n255.255.255.255\n10.0.0.0\n")));
        assertEquals(List.of(), places);
    }

    @Test
    void refusesAnotherEncoding() throws Exception {
        IpList list = list("l", new String("10.0.0.1\n".getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_8));

        assertTrue(list.isEmpty());
        assertFalse(faults.isEmpty());
    }

    @Test
    void tellsTheLinesOfSeveralFilesAndSettingsApart() throws Exception {
        IpListBuilder builder = builder(1 << 20);
        Lists.read(builder, "a", bytes("10.0.0.1\n10.0.0.2"));
        Lists.read(builder, "empty", bytes(""));
        Lists.read(builder, "b", bytes("\n10.0.0.3\n"));
        builder.add("access.deny[0]", "10.0.0.4");
        builder.add("access.deny[1]", "10.0.0.5");

        assertEquals(
                List.of(
                        "a:1 (10.0.0.1)",
                        "a:2 (10.0.0.2)",
                        "b:2 (10.0.0.3)",
                        "access.deny[0] (10.0.0.4)",
                        "access.deny[1] (10.0.0.5)"),
                rules(builder.build()));
    }

    @Test
    void holdsNothingOfALongComment() throws Exception {
        byte[] block = "# no end of a comment ".repeat(100).getBytes(StandardCharsets.UTF_8);
        IpListBuilder builder = builder(1 << 10);
        Lists.read(builder, "l", endless(Stream.generate(() -> block).limit(60_000_000 / block.length)));

        assertEquals(List.of(), faults);
        assertTrue(builder.build().isEmpty());
    }

    @Test
    void refusesALineThatIsLongerThanAnyEntry() throws Exception {
        IpListBuilder builder = builder(1 << 10);
        Lists.read(
                builder,
                "l",
                endless(Stream.generate(() -> "1".repeat(1000).getBytes(StandardCharsets.UTF_8))
                        .limit(60_000)));

        assertEquals(List.of("l:1"), places);
        assertTrue(faults.get(0).contains("is longer than any address or network"), faults.get(0));
        assertTrue(faults.get(0).length() < 200, faults.get(0));
    }

    @Test
    void takesAnyNumberOfBlanksAroundAnEntry() throws Exception {
        String blanks = " \t".repeat(1000);

        assertEquals(List.of("l:1 (10.0.0.0/8)"), rules(list("l", blanks + "10.0.0.0/8" + blanks + "# ten\n")));
    }

    @Test
    void countsWhatThereIsNoRoomForAndKeepsNoneOfIt() throws Exception {
        ListRoom room = new ListRoom(ListRoom.V4_BYTES * 1000);
        IpListBuilder builder = Lists.builder(room, (where, what) -> places.add(where));
        Lists.read(builder, "l", manyAddresses(1000));
        assertTrue(room.fits());
        Lists.read(builder, "more", manyAddresses(99_000));

        assertFalse(room.fits());
        assertEquals(
                "100,000 IPv4 and 0 IPv6 entries (1,600,000 bytes), with room for 16,000 bytes, such as 1,000 IPv4 entries",
                room.toString());
        assertEquals(1000, builder.build().size());
    }

    /** The line and the text of the deciding entry are known of every one, at a hundred thousand as at ten. */
    @Test
    void decidesByAHundredThousandEntriesOfEachKind() throws Exception {
        int count = 100_000;
        IpListBuilder deny = builder((long) count * (ListRoom.V4_BYTES + ListRoom.V6_BYTES));
        Lists.read(deny, "v4", manyAddresses(count));
        Lists.read(
                deny,
                "v6",
                endless(IntStream.range(0, count)
                        .map(i -> count - 1 - i)
                        .mapToObj(i -> "2001:db8:%x:%x::/64\n"
                                .formatted(i >> 16, i & 0xffff)
                                .getBytes(StandardCharsets.UTF_8))));
        CompiledIpRules rules = Lists.rules(Optional.empty(), deny.build());

        assertEquals(List.of(), faults);
        assertEquals(2 * count, rules.deny().size());
        for (int i = 0; i < count; i += 997) {
            assertEquals(
                    "v4:" + (i + 1) + " (" + address(i) + ")",
                    rules.decide(InetAddress.getByName(address(i))).by().toString());
            String v6 = "2001:db8:%x:%x::".formatted(i >> 16, i & 0xffff);
            Verdict verdict = rules.decide(InetAddress.getByName(v6 + "1"));
            assertTrue(verdict instanceof Verdict.Denied, v6);
            assertEquals("v6:" + (count - i), verdict.by().source());
        }
        assertEquals(
                "default", rules.decide(InetAddress.getByName("11.0.0.0")).by().source());
        assertEquals(
                "default",
                rules.decide(InetAddress.getByName("2001:db9::")).by().source());
    }

    /** The search goes by every 64th entry first. */
    @Test
    void findsEachOfAsManyEntriesAsFillABlockAndOneMoreOrLess() throws Exception {
        for (int count : new int[] {1, 63, 64, 65, 127, 128, 129}) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < count; i++) {
                text.append("10.0.").append(i).append(".2\n2001:db8:").append(i).append("::2\n");
            }
            CompiledIpRules rules = Lists.rules(Optional.empty(), list("l", text.toString()));
            for (int i = 0; i < count; i++) {
                for (String prefix : List.of("10.0." + i + ".", "2001:db8:" + i + "::")) {
                    for (int last = 1; last <= 3; last++) {
                        Verdict verdict = rules.decide(InetAddress.getByName(prefix + last));
                        assertEquals(last != 2, verdict.by().isDefault(), count + " entries, " + prefix + last);
                    }
                }
            }
        }
    }

    @Test
    void listsAreEqualWhenTheySayTheSameInTheSamePlaces() throws Exception {
        assertEquals(list("l", "10.0.0.1\n::1\n"), list("l", "10.0.0.1\n::1"));
        assertNotEquals(list("l", "10.0.0.1\n"), list("m", "10.0.0.1\n"));
        assertNotEquals(list("l", "10.0.0.1\n"), list("l", "\n10.0.0.1\n"));
        assertNotEquals(list("l", "::1\n"), list("l", "::2\n"));
    }

    private IpListBuilder builder(long room) {
        return Lists.builder(room, (where, what) -> {
            places.add(where);
            faults.add(what);
        });
    }

    private IpList list(String source, String text) throws IOException {
        IpListBuilder builder = builder(1 << 20);
        Lists.read(builder, source, bytes(text));
        return builder.build();
    }

    private static List<String> rules(IpList list) {
        return list.entries().map(entry -> entry.rule().toString()).toList();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String address(int i) {
        return "10." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff);
    }

    private static InputStream manyAddresses(int count) {
        return endless(IntStream.range(0, count).mapToObj(i -> (address(i) + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** One block after the other, so that no test holds the whole. */
    private static InputStream endless(Stream<byte[]> blocks) {
        Iterator<byte[]> left = blocks.iterator();
        return new InputStream() {
            private byte[] block = {};
            private int at;

            @Override
            public int read() {
                return fill() ? block[at++] & 0xff : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                if (length == 0) {
                    return 0;
                }
                if (!fill()) {
                    return -1;
                }
                int read = Math.min(length, block.length - at);
                System.arraycopy(block, at, into, from, read);
                at += read;
                return read;
            }

            private boolean fill() {
                while (at == block.length) {
                    if (!left.hasNext()) {
                        return false;
                    }
                    block = left.next();
                    at = 0;
                }
                return true;
            }
        };
    }
}
