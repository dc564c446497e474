package io.countersign.bench;

import io.countersign.proxy.access.AccessMode;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.IpListBuilder;
import io.countersign.proxy.access.ListRoom;
import io.countersign.proxy.access.Verdict;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a connection and a request pay for being judged by a deny list of that many entries, callers coming in no order; and how
 * long such a list takes to be read from its file and compiled, as each reload does it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ListBenchmark {
    /** A power of two; few enough that their address objects stay cached, as one is that was made by accepting a connection. */
    private static final int CALLERS = 1 << 12;

    /** How many entries. */
    @Param({"10", "10000", "1000000"})
    public int entries;

    /** Addresses of which family, and whether they have a comment and an expiry. */
    @Param({"v4", "v6", "v4-until"})
    public String kind;

    private final InetAddress[] listed = new InetAddress[CALLERS];
    private final InetAddress[] others = new InetAddress[CALLERS];
    private Path file;
    private CompiledIpRules rules;
    private int next;

    /** Writes the list and compiles it. */
    @Setup
    public void compile() throws IOException {
        Random random = new Random(42);
        file = Files.createTempFile("bench", ".list");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < entries; i++) {
                InetAddress address = address(random, 1);
                out.write(address.getHostAddress());
                out.write(kind.equals("v4-until") ? " # INC-" + i + ", until 2099-01-31\n" : "\n");
                if (i < CALLERS || random.nextInt(entries) < CALLERS) {
                    listed[i < CALLERS ? i : random.nextInt(CALLERS)] = address;
                }
            }
        }
        for (int i = 0; i < CALLERS; i++) {
            others[i] = address(random, 2);
            listed[i] = i < entries ? listed[i] : listed[i % entries];
        }
        IpListBuilder allow = builder();
        allow.add("access.allow[0]", "0.0.0.0/0");
        allow.add("access.allow[1]", "::/0");
        rules = new CompiledIpRules(Optional.of(allow.build()), load(), AccessMode.ENFORCE, Clock.systemUTC());
    }

    /** Removes the list. */
    @TearDown
    public void remove() throws IOException {
        Files.delete(file);
    }

    private InetAddress address(Random random, int first) {
        byte[] bytes = new byte[kind.equals("v6") ? 16 : 4];
        random.nextBytes(bytes);
        // Those that are on the list and those that are not differ by a bit in the middle, so that they lie side by
        // side.
        bytes[1] = (byte) (first == 1 ? bytes[1] | 1 : bytes[1] & ~1);
        bytes[0] = (byte) (bytes.length == 16 ? 0x20 : (ByteBuffer.wrap(bytes).getInt() >>> 25) + 1);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    private static IpListBuilder builder() {
        return new IpListBuilder(
                new ListRoom(1L << 30),
                Clock.systemUTC(),
                (file, where, reader) -> {
                    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                        reader.read(in);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                (where, what) -> {
                    throw new IllegalStateException(where + ": " + what);
                });
    }

    /** A caller that the deny list names: found in it. */
    @Benchmark
    public Verdict denied() {
        return rules.decide(listed[next++ & (CALLERS - 1)]);
    }

    /** A caller that only the allow list names: looked for in both. */
    @Benchmark
    public Verdict allowed() {
        return rules.decide(others[next++ & (CALLERS - 1)]);
    }

    /** The whole list, read and compiled. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 0)
    @Measurement(iterations = 3)
    public IpList load() {
        IpListBuilder deny = builder();
        deny.read("deny.list", file, "bench");
        return deny.build();
    }
}
