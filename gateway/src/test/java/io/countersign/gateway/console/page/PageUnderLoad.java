package io.countersign.gateway.console.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.Role;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three pages that are open while calls come: what the threads of the console, of the call log and of logs cost then, and whether the
 * pages or the gateway grow. scripts/verify.d/page runs it.
 */
class PageUnderLoad {
    private static final int RATE = Integer.getInteger("page.rate", 300);
    private static final int CLIENTS = 4;
    private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("page.minutes", 3));
    private static final Duration EACH = Duration.ofSeconds(30);
    private static final double MAX_SHARE = 0.03;

    /** What a page may hold more at its end: code that is compiled late, and strings of calls that are longer. */
    private static final long MAX_PAGE_GROWTH = 1024 * 1024;

    /** Rows come and go. */
    private static final long MAX_NODES_GROWTH = 2_000;

    /** The gateway's heap after a collection: of its calls it keeps a fixed number, and this test's own lists are in it too. */
    private static final long MAX_HEAP_GROWTH = 8 * 1024 * 1024;

    private static final long MAX_DIRECT_GROWTH = 16 * 1024 * 1024;

    /** Linux keeps 15 bytes of a thread's name. */
    private static final List<String> THREADS = List.of("countersign-con", "countersign-cal", "countersign-log");

    private static final int TICKS_PER_SECOND = 100;

    @Test
    void costsLittleAndDoesNotGrow(@TempDir Path folder) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong sent = new AtomicLong();
        try (Scene scene = new Scene(Files.createDirectories(folder.resolve("gateway")));
                Browser now = new Browser(folder.resolve("profile"));
                Browser calls = now.window();
                Browser overview = now.window()) {
            scene.traffic();
            for (int i = 0; i < CLIENTS; i++) {
                clients.submit(() -> load(scene, over, sent));
            }
            List<Browser> pages = List.of(now, calls, overview);
            List<String> views = List.of("now", "calls", "overview");
            for (int i = 0; i < pages.size(); i++) {
                pages.get(i).open(scene.url());
                scene.signIn(pages.get(i), Role.VIEWER);
                pages.get(i).eval("location.hash = '#/" + views.get(i) + "'");
                assertEquals("false", pages.get(i).eval("document.hidden"));
            }
            calls.until("calls are listed", "document.querySelector('#calls tbody tr')");
            calls.eval(
                    "[...document.querySelectorAll('#calls button')].find(each => each.innerText === 'Live: off').click()");
            // Compiled, and the live list full.
            LockSupport.parkNanos(EACH.multipliedBy(2).toNanos());

            Map<String, Growth> growths = new LinkedHashMap<>();
            long steps = Math.max(6, LENGTH.dividedBy(EACH));
            long ticks = 0;
            long nanos = 0;
            long begun = sent.get();
            for (int step = 0; step < steps; step++) {
                long before = ticks();
                long start = System.nanoTime();
                LockSupport.parkNanos(EACH.toNanos());
                ticks += ticks() - before;
                nanos += System.nanoTime() - start;
                for (int i = 0; i < pages.size(); i++) {
                    String page = "page " + views.get(i);
                    growth(growths, page + ", scripts", MAX_PAGE_GROWTH)
                            .add(pages.get(i).heap());
                    growth(growths, page + ", nodes", MAX_NODES_GROWTH)
                            .add(pages.get(i).nodes());
                    assertEquals("0", pages.get(i).eval("document.querySelectorAll('.stale').length"), page);
                    pages.get(i).forgetRequests();
                }
                System.gc();
                growth(growths, "gateway, heap", MAX_HEAP_GROWTH).add(heap());
                growth(growths, "gateway, outside the heap", MAX_DIRECT_GROWTH).add(direct());
                growth(growths, "process, resident", Long.MAX_VALUE).add(resident());
            }
            double share = ticks / (double) TICKS_PER_SECOND / (nanos / 1e9);
            assertEquals("Live: on", calls.eval("document.querySelector('#calls button[aria-pressed]').innerText"));
            System.out.printf(
                    Locale.ROOT,
                    "page: three pages for %.0f s at %.0f calls/s: threads of console, call log and logs used %.2f %% of a core%n",
                    nanos / 1e9,
                    (sent.get() - begun) / (nanos / 1e9),
                    100 * share);
            growths.forEach((name, growth) -> System.out.println("page: " + name + ": " + growth));
            growths.forEach((name, growth) -> assertTrue(growth.isBounded(), () -> name + " grew: " + growth.all));
            pages.forEach(page -> assertEquals(List.of(), page.complaints()));
            assertTrue(share <= MAX_SHARE, () -> "console and logs used " + 100 * share + " % of a core");
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
    }

    private static Growth growth(Map<String, Growth> growths, String name, long bound) {
        return growths.computeIfAbsent(name, absent -> new Growth(bound));
    }

    /** What something held at each step, and how much more than in the first third it may hold in the last. */
    private static final class Growth {
        private final List<Long> all = new ArrayList<>();
        private final long bound;

        Growth(long bound) {
            this.bound = bound;
        }

        void add(long held) {
            all.add(held);
        }

        private long early() {
            return max(all.subList(0, all.size() / 3));
        }

        private long late() {
            return max(all.subList(all.size() * 2 / 3, all.size()));
        }

        boolean isBounded() {
            return late() - early() <= bound;
        }

        private static long max(List<Long> of) {
            return of.stream().mapToLong(each -> each).max().orElseThrow();
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "at most %,d in the first third, %,d in the last", early(), late());
        }
    }

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long direct() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Sends at a steady pace on one connection until it is over. */
    private static void load(Scene scene, AtomicBoolean over, AtomicLong sent) {
        long pause = Duration.ofSeconds(1).toNanos() * CLIENTS / RATE;
        byte[] request =
                ("POST /workspaces/ws-1/api/v1/remote_write HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Prometheus/3.16.0\r\n"
                                + "Content-Type: application/x-protobuf\r\nContent-Length: 400\r\n\r\n"
                                + "x".repeat(400))
                        .getBytes(StandardCharsets.ISO_8859_1);
        while (!over.get()) {
            try (Socket socket = new Socket()) {
                socket.connect(scene.gateway().server().address());
                socket.setSoTimeout(30_000);
                byte[] answer = new byte[8192];
                long next = System.nanoTime();
                while (!over.get()) {
                    next += pause;
                    socket.getOutputStream().write(request);
                    int read = socket.getInputStream().read(answer);
                    if (read <= 0 || closes(answer, read)) {
                        break;
                    }
                    sent.incrementAndGet();
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            } catch (IOException e) {
                LockSupport.parkNanos(pause);
            }
        }
    }

    /** A client connection ends with its age. */
    private static boolean closes(byte[] answer, int length) {
        return new String(answer, 0, length, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains("connection: close");
    }

    /** CPU time of those threads, in ticks, by /proc/self/task/N/stat (proc(5): fields 14 and 15). */
    private static long ticks() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.mapToLong(PageUnderLoad::ticks).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long ticks(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            if (!THREADS.contains(name)) {
                return 0;
            }
            String[] rest = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(rest[11]) + Long.parseLong(rest[12]);
        } catch (IOException e) {
            return 0; // it has ended
        }
    }
}
