package io.countersign.proxy.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.testing.WatchedOften;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Polls by hand; the clock plays no part. */
class WatcherTest {
    @TempDir
    Path folder;

    private final List<LoadResult> seen = new ArrayList<>();
    private Watcher watcher;

    @BeforeEach
    void startsWithAnEmptyDenyList() throws IOException {
        write("deny.list", "# nobody\n");
        write("c.conf", conf("deny.list"));
        watch(folder);
    }

    @AfterEach
    void close() {
        watcher.close();
    }

    private void watch(Path in) {
        ConfigSource source = HoconSource.file(in.resolve("c.conf"), Map.of());
        LoadResult current = source.load();
        assertInstanceOf(LoadResult.Loaded.class, current, current::toString);
        watcher = new Watcher(source, current, seen::add);
    }

    @Test
    void staysSilentWhileNothingChanges() {
        polls(5);

        assertEquals(List.of(), seen);
    }

    @Test
    void handsOverWhatTwoPollsInARowHaveRead() throws Exception {
        polls(2);
        write("deny.list", "10.0.0.1\n");

        polls(1);
        assertEquals(0, seen.size());
        polls(1);
        assertEquals(1, seen.size());
        assertDenied("10.0.0.1", "deny.list:1 (10.0.0.1)");
        polls(3);
        assertEquals(1, seen.size());
    }

    @Test
    void noticesAChangeBetweenLoadingAndTheFirstPoll() throws Exception {
        write("deny.list", "10.0.0.1\n");

        polls(2);

        assertEquals(1, seen.size());
    }

    @Test
    void waitsForAListThatIsStillBeingWritten() throws Exception {
        polls(2);
        write("deny.list", "");
        polls(1);
        write("deny.list", "10.0.0.1\n");
        polls(1);
        write("deny.list", "10.0.0.1\n10.0.0.2\n");
        polls(1);
        assertEquals(0, seen.size());

        polls(1);

        assertEquals(1, seen.size());
        assertDenied("10.0.0.2", "deny.list:2 (10.0.0.2)");
    }

    @Test
    void throwsAwayALoadDuringWhichAFileChanged() throws Exception {
        ConfigSource real = HoconSource.file(folder.resolve("c.conf"), Map.of());
        List<String> late = new ArrayList<>();
        watcher = new Watcher(
                () -> {
                    LoadResult result = real.load();
                    if (!late.isEmpty()) {
                        write("deny.list", late.remove(0));
                    }
                    return result;
                },
                real.load(),
                seen::add);
        polls(2);
        write("deny.list", "10.0.0.1\n");
        late.add("10.0.0.1\n10.0.0.2\n");

        polls(2);
        assertEquals(0, seen.size());
        polls(1);

        assertEquals(1, seen.size());
        assertDenied("10.0.0.2", "deny.list:2 (10.0.0.2)");
    }

    @Test
    void contentDecidesAndNotTheTimeOfModification() throws Exception {
        polls(2);
        Path list = folder.resolve("deny.list");
        FileTime before = Files.getLastModifiedTime(list);
        Files.setLastModifiedTime(list, FileTime.fromMillis(1));
        polls(3);
        assertEquals(0, seen.size());

        write("deny.list", "10.0.0.1\n");
        Files.setLastModifiedTime(list, before);
        polls(2);

        assertEquals(1, seen.size());
    }

    @Test
    void noticesRenameOver() throws Exception {
        polls(2);
        write("new.list", "10.0.0.1\n");
        Files.move(folder.resolve("new.list"), folder.resolve("deny.list"), StandardCopyOption.ATOMIC_MOVE);

        polls(2);

        assertDenied("10.0.0.1", "deny.list:1 (10.0.0.1)");
    }

    @Test
    void reportsAVanishedFileOnceAndTakesItBackWhenItReturns() throws Exception {
        polls(2);
        Files.delete(folder.resolve("deny.list"));
        polls(5);
        assertEquals(1, seen.size());
        assertTrue(faulty().faults().get(0).what().startsWith("there is no file"), seen::toString);

        write("deny.list", "# nobody\n");
        polls(2);

        assertEquals(2, seen.size());
        assertInstanceOf(LoadResult.Loaded.class, seen.get(1));
    }

    @Test
    void neverHearsOfAFileThatIsBackByTheNextPoll() throws Exception {
        polls(2);
        Files.delete(folder.resolve("deny.list"));
        polls(1);
        write("deny.list", "# nobody\n");

        polls(3);

        assertEquals(List.of(), seen);
    }

    @Test
    void reportsTheSameFaultOnceAndTheNextOneAgain() throws Exception {
        polls(2);
        write("deny.list", "10.0.0.5/8\n");
        polls(5);
        assertEquals(1, seen.size());
        assertEquals(
                folder.resolve("deny.list") + ":1", faulty().faults().get(0).where());

        write("deny.list", "\n10.0.0.5/8\n");
        polls(5);

        assertEquals(2, seen.size());
        assertEquals(
                folder.resolve("deny.list") + ":2", faulty().faults().get(0).where());
    }

    @Test
    void watchesAFileFromTheMomentThatTheConfigurationNamesIt() throws Exception {
        polls(2);
        write("more.list", "10.0.0.1\n");
        write("c.conf", conf("more.list"));
        polls(2);
        assertEquals(0, seen.size(), "only one look has seen more.list");
        polls(1);
        assertDenied("10.0.0.1", "more.list:1 (10.0.0.1)");

        write("more.list", "10.0.0.2\n");
        polls(2);

        assertDenied("10.0.0.2", "more.list:1 (10.0.0.2)");
        write("deny.list", "not watched any more\n");
        polls(3);
        assertEquals(2, seen.size());
    }

    @Test
    void anEditThatIsTakenBackChangesNothing() throws Exception {
        polls(2);
        write("more.list", "10.0.0.1\n");
        write("c.conf", conf("more.list"));
        polls(2);
        write("c.conf", conf("deny.list"));

        polls(4);

        assertEquals(List.of(), seen);
    }

    @Test
    void takesAKubernetesMountAsOneGeneration() throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        generation(mount, "one", "# nobody\n");
        link(mount, "one");
        Files.createSymbolicLink(mount.resolve("c.conf"), Path.of("..data/c.conf"));
        Files.createSymbolicLink(mount.resolve("deny.list"), Path.of("..data/deny.list"));
        watch(mount);
        polls(2);

        generation(mount, "two", "10.0.0.7\n");
        link(mount, "two");
        Files.delete(mount.resolve("..one/c.conf"));
        polls(2);

        assertEquals(1, seen.size());
        assertDenied("10.0.0.7", "deny.list:1 (10.0.0.7)");
        generation(mount, "three", "10.0.0.7\n");
        link(mount, "three");
        polls(3);
        assertEquals(1, seen.size(), "another generation of the same content");
    }

    @Test
    void reloadsAtOnceWhenAskedAndHandsOverWhateverCame() throws Exception {
        BlockingQueue<LoadResult> results = new LinkedBlockingQueue<>();
        ConfigSource source = HoconSource.file(folder.resolve("c.conf"), Map.of());
        try (Watcher threaded = new Watcher(source, source.load(), results::add)) {
            threaded.reloadNow();
            assertInstanceOf(LoadResult.Loaded.class, results.poll(30, TimeUnit.SECONDS));
            write("deny.list", "10.0.0.5/8\n");
            threaded.reloadNow();
            assertInstanceOf(LoadResult.Faulty.class, results.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void goesOnAfterTheReceiverThrew() throws Exception {
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        ConfigSource source = HoconSource.file(folder.resolve("c.conf"), Map.of());
        try (Watcher threaded = new Watcher(source, source.load(), result -> {
            calls.add("call");
            throw new IllegalStateException("thrown by the test");
        })) {
            threaded.reloadNow();
            threaded.reloadNow();
            assertEquals("call", calls.poll(30, TimeUnit.SECONDS));
            assertEquals("call", calls.poll(30, TimeUnit.SECONDS));
        }
        watcher.close();
        watcher.reloadNow();
    }

    @Test
    void pollsByItselfOnceStarted() throws Exception {
        BlockingQueue<LoadResult> results = new LinkedBlockingQueue<>();
        ConfigSource source = new WatchedOften(HoconSource.file(folder.resolve("c.conf"), Map.of()));
        try (Watcher threaded = new Watcher(source, source.load(), results::add)) {
            threaded.start();
            write("deny.list", "10.0.0.1\n");
            assertInstanceOf(LoadResult.Loaded.class, results.poll(30, TimeUnit.SECONDS));
        }
    }

    private void polls(int count) {
        for (int i = 0; i < count; i++) {
            watcher.poll();
        }
    }

    private LoadResult.Faulty faulty() {
        return assertInstanceOf(LoadResult.Faulty.class, seen.get(seen.size() - 1));
    }

    private void assertDenied(String peer, String by) throws IOException {
        LoadResult last = seen.get(seen.size() - 1);
        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, last, last::toString);
        Verdict verdict = loaded.config().access().rules().addresses().decide(InetAddress.getByName(peer));
        assertEquals("Denied " + by, verdict.getClass().getSimpleName() + " " + verdict.by());
    }

    private static String conf(String denyList) {
        return """
                countersign {
                  access.deny-files = ["%s"]
                  routes { m { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                }
                """.formatted(denyList);
    }

    private static void generation(Path mount, String name, String deny) throws IOException {
        Path dated = Files.createDirectory(mount.resolve(".." + name));
        Files.writeString(dated.resolve("c.conf"), conf("deny.list"));
        Files.writeString(dated.resolve("deny.list"), deny);
    }

    private static void link(Path mount, String generation) throws IOException {
        Path next = mount.resolve("..data_tmp");
        Files.createSymbolicLink(next, Path.of(".." + generation));
        Files.move(next, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
