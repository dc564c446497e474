package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists in files: comments, expiries, and files that include others. */
class ListFilesTest {
    private static final Instant NOW = Instant.parse("2026-12-24T12:00:00Z");

    @TempDir
    Path folder;

    private final List<String> faults = new ArrayList<>();
    private final List<Path> opened = new ArrayList<>();

    @Test
    void readsBackTheCommentOfTheLineThatDecides() throws Exception {
        StringBuilder list = new StringBuilder("\uFEFF10.0.0.1 # the first\r\n");
        for (int i = 2; i <= 3000; i++) {
            list.append("10.0.")
                    .append(i >> 8)
                    .append('.')
                    .append(i & 0xff)
                    .append("\t# number ")
                    .append(i)
                    .append('\n');
        }
        write("deny.list", list + "::1# \u00fcml\u00e4ut \u0007bell\n10.9.9.9\n10.9.9.8 #" + " long".repeat(2000));
        CompiledIpRules rules = rules("deny.list");

        assertEquals(List.of(), faults);
        assertEquals(Optional.of("the first"), comment(rules, "10.0.0.1"));
        for (int i = 2; i <= 3000; i += 7) {
            assertEquals(Optional.of("number " + i), comment(rules, "10.0." + (i >> 8) + "." + (i & 0xff)));
        }
        assertEquals(Optional.of("\u00fcml\u00e4ut  bell"), comment(rules, "::1"));
        assertEquals(Optional.empty(), comment(rules, "10.9.9.9"));
        assertEquals(203, comment(rules, "10.9.9.8").orElseThrow().length());
    }

    /** An event loop that decides must not wait for a disk. */
    @Test
    void keepsTheCommentsOfAListThatSomebodyCanRead() throws Exception {
        write("more.list", "10.0.0.4 # four\n");
        write("deny.list", "10.0.0.1 # one\n10.0.0.2\n# two\ninclude \"more.list\"\n10.0.0.3\t#  three \r\n");
        CompiledIpRules rules = rules("deny.list");
        Files.delete(folder.resolve("deny.list"));
        Files.delete(folder.resolve("more.list"));

        assertEquals(Optional.of("one"), comment(rules, "10.0.0.1"));
        assertEquals(Optional.empty(), comment(rules, "10.0.0.2"));
        assertEquals(Optional.of("three"), comment(rules, "10.0.0.3"));
        assertEquals(Optional.of("four"), comment(rules, "10.0.0.4"));
    }

    @Test
    void showsNoCommentOfALineThatIsAnotherEntryByNow() throws Exception {
        StringBuilder before = new StringBuilder();
        for (int i = 0; i < KeptComments.MAX; i++) {
            before.append("10.1.").append(i >> 8).append('.').append(i & 0xff).append(" # kept\n");
        }
        write("deny.list", before + "10.0.0.1 # one\n10.0.0.2 # two\n10.0.0.3 # three\n");
        CompiledIpRules rules = rules("deny.list");
        write("deny.list", before + "10.0.0.2 # not the line\n10.0.0.2 # new words\n");

        assertEquals(Optional.empty(), comment(rules, "10.0.0.1"));
        assertEquals(Optional.of("new words"), comment(rules, "10.0.0.2"));
        assertEquals(Optional.empty(), comment(rules, "10.0.0.3"));
        Files.delete(folder.resolve("deny.list"));
        assertEquals(Optional.of("new words"), comment(rules, "10.0.0.2"));
        assertEquals(Optional.of("kept"), comment(rules, "10.1.0.7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "10.0.0.1 # INC-42 noisy, until 2027-01-31 | 2027-02-01T00:00:00Z",
                "10.0.0.1 # until 2027-01-31T12:00:00Z   \t | 2027-01-31T12:00:00Z",
                "10.0.0.0/8#UNTIL 2027-01-31T12:00:00.5+02:00 | 2027-01-31T10:00:01Z",
                "::1 # until yesterday's until: 2028-02-29 | 2028-03-01T00:00:00Z",
                "10.0.0.1 # until 9999-12-31 | 2106-02-07T06:28:15Z",
                "10.0.0.1 # untilled land 2027-01-31 | never",
                "10.0.0.1 # run-until is no word, nor is until_1 | never",
                "10.0.0.1 # 2027-01-31 | never",
                "10.0.0.1 | never",
            })
    void readsWhenAnEntryEnds(String line, String end) throws Exception {
        write("deny.list", line + "\n");
        IpList list = list("deny.list");

        assertEquals(List.of(), faults);
        assertEquals(
                List.of(end),
                list.entries()
                        .map(entry -> entry.until().map(Instant::toString).orElse("never"))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "until further notice",
                "until",
                "until 2027-02-30",
                "until 2027-1-31",
                "until 31.01.2027",
                "until 2027-01-31, perhaps",
                "until 2027-01-31T12:00:00",
                "until tomorrow",
                "until 2027-01-31                                                                 or so",
            })
    void refusesAnExpiryThatIsNone(String comment) throws Exception {
        write("deny.list", "# until whenever\n10.0.0.1 # " + comment + "\n");
        list("deny.list");

        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith("deny.list:2: the comment's word \"until\" must be"), faults.get(0));
    }

    @Test
    void countsWhatHasExpiredAndWhatIsRepeated() throws Exception {
        write(
                "deny.list",
                "10.0.0.1 # until 2026-12-23\n10.0.0.2 # until 2026-12-24\n10.0.0.3\n10.0.0.3\n::1\n::1 # until 2099-01-01\n");
        IpList list = list("deny.list");

        assertEquals(3, list.size());
        assertEquals(1, list.leftOut().expiredCount());
        assertEquals("deny.list:1", list.leftOut().expired().get(0).rule().source());
        assertEquals(
                List.of("deny.list:4 as deny.list:3", "deny.list:6 as deny.list:5"),
                list.leftOut().repeated().stream()
                        .map(one -> one.entry().rule().source() + " as "
                                + one.kept().source())
                        .toList());
    }

    @Test
    void followsIncludesRelativeToTheirFile() throws Exception {
        Files.createDirectories(folder.resolve("teams/more"));
        write(
                "deny.list",
                "10.0.0.1\ninclude \"teams/two words.list\" # theirs\n10.0.0.2\ninclude teams/b.list\n10.0.0.3\n");
        write("teams/two words.list", "10.1.0.1\ninclude more/c.list\n10.1.0.2 # mine");
        write("teams/b.list", "\n10.2.0.1\n");
        write("teams/more/c.list", "10.3.0.1\ninclude \"../b.list\"\n10.3.0.2\n");
        IpList list = list("deny.list");

        assertEquals(List.of(), faults);
        assertEquals(
                List.of(
                        "deny.list:1 (10.0.0.1)",
                        "deny.list:3 (10.0.0.2)",
                        "deny.list:5 (10.0.0.3)",
                        "teams/two words.list:1 (10.1.0.1)",
                        "teams/two words.list:3 (10.1.0.2)",
                        "teams/b.list:2 (10.2.0.1)",
                        "teams/more/c.list:1 (10.3.0.1)",
                        "teams/more/c.list:3 (10.3.0.2)"),
                list.entries().map(entry -> entry.rule().toString()).toList());
        assertEquals(Optional.of("mine"), list.entries().toList().get(4).rule().comment());
        assertEquals(4, opened.size(), "each file once: " + opened);
    }

    @Test
    void refusesACircleWithTheChainOfNames() throws Exception {
        write("a", "include b\n");
        write("b", "\ninclude ./c\n");
        write("c", "include a\n");
        list("a");

        assertEquals(List.of("c:1: includes itself: a -> b -> c -> a; take one of these includes out"), faults);
    }

    @Test
    void boundsDepthAndNumberOfIncludes() throws Exception {
        for (int i = 0; i < 12; i++) {
            write("d" + i, "10.0.0." + i + "\ninclude d" + (i + 1) + "\n");
        }
        list("d4"); // 4 to 12, which is not there
        assertEquals(List.of("d11:2: there is no d12"), faults);
        faults.clear();
        opened.clear();
        list("d0");
        assertEquals(1, faults.size());
        assertTrue(faults.get(0).startsWith("d8:2: is more than 8 includes deep: d0 -> d1 -> "), faults.get(0));

        StringBuilder many = new StringBuilder();
        for (int i = 0; i < Includes.MAX_FILES; i++) {
            write("many" + i, "");
            many.append("include many").append(i).append('\n');
        }
        write("many", many.toString());
        faults.clear();
        list("many");
        assertEquals(List.of("many:256: brings the list to more than 256 files; put several into one"), faults);
    }

    @Test
    void refusesWhatOnlyLooksLikeAnInclude() throws Exception {
        write(
                "deny.list",
                "include\ninclude a b\ninclude \"a\nincluded.list\ninclude none # until 2027-01-01\ninclude none\n");
        list("deny.list");

        assertEquals(
                List.of("deny.list:1", "deny.list:2", "deny.list:3", "deny.list:4", "deny.list:5", "deny.list:5"),
                faults.stream()
                        .map(fault -> fault.substring(0, fault.indexOf(": ")))
                        .toList());
    }

    @Test
    void saysWhatAReloadHasChanged() throws Exception {
        write("deny.list", "10.0.0.1\n10.0.0.2 # until 2027-01-01\n::1\ninclude more\n");
        write("more", "10.1.0.0/16\n");
        IpList before = list("deny.list");
        write("deny.list", "# moved\n10.0.0.1 # and commented\n10.0.0.2 # until 2027-01-02\n10.0.0.3\ninclude more\n");
        write("more", "10.1.0.0/17\n::2\n10.0.0.0/8\n");
        IpList after = list("deny.list");

        assertEquals(List.of("deny.list +2 -2", "more +3 -1"), ListChanges.between(before, after));
        assertEquals(List.of(), ListChanges.between(after, after));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private CompiledIpRules rules(String name) {
        return new CompiledIpRules(Optional.empty(), list(name), AccessMode.ENFORCE, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private IpList list(String name) {
        IpListBuilder builder = new IpListBuilder(
                new ListRoom(1 << 20),
                Clock.fixed(NOW, ZoneOffset.UTC),
                this::open,
                (where, what) -> faults.add(where + ": " + what));
        builder.read(name, folder.resolve(name), "access.deny-files");
        return builder.build();
    }

    private void open(Path file, String where, ListFiles.Reader reader) {
        opened.add(file);
        try (InputStream in = Files.newInputStream(file)) {
            reader.read(in);
        } catch (IOException e) {
            faults.add(where + ": there is no " + file.getFileName());
        }
    }

    private static Optional<String> comment(CompiledIpRules rules, String address) throws IOException {
        return rules.decide(InetAddress.getByName(address)).by().comment();
    }
}
