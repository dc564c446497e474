package io.countersign.proxy.limit;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits, and the memory that they need when all of them are reached at once: better to refuse at start, with the sum,
 * than to be killed under load.
 *
 * <p>Three kinds of memory are counted. The heap holds the program, heads, request bodies, TLS engines, held responses and
 * address lists. Direct memory holds what is read and not yet decoded, and what is encrypted or written and not yet taken.
 * The kernel's socket buffers are not part of the process, but a control group is charged for them (cgroup-v2.rst, "sock");
 * they are bounded to about twice the direct memory, as {@link #SOCKETS_PER_DIRECT} says here and
 * {@code scripts/jvm.sh} there.
 *
 * <p>What is on the heap was measured on JDK 25 with the shipped flags, by heap histograms of 1,000 connections in each state,
 * and rounded up. Direct memory and socket buffers are not measured: they follow from the sizes of reads, water marks and
 * socket buffers that the handlers set, and {@code scripts/verify memory} shows that they are enough.
 *
 * @param connections client connections open at once
 * @param inFlight exchanges that hold an upstream connection at once
 * @param body largest request body by default, bytes
 * @param buffered all request bodies together, bytes
 * @param lists all address lists together, twice, bytes
 * @param message the size of messages
 */
public record MemoryPlan(long connections, long inFlight, long body, long buffered, long lists, Asked.Message message) {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    /** A control group of less cannot hold the JVM; one that is smaller is warned of, not refused. */
    static final long SMALLEST_LIMIT = 96 * MIB;

    /** The kernel's socket buffers, for each byte of direct memory. */
    private static final long SOCKETS_PER_DIRECT = 2;

    /** Alive after a full collection of an idle process: 7.4 MiB; the log's queue, metrics and pages come on top. */
    private static final long PROGRAM = 10 * MIB;

    /** A head of 8 KiB and 98 fields takes 21 KiB: its text, and 130 bytes for the objects of each field. Each connection
     * has one at most: requests that come early are not decoded. */
    private static final long FIELD = 144;

    /** An idle connection, its handlers and its exchange take 3 KiB. */
    private static final long CONNECTION_HEAP = 4 * KIB;

    /** A client's engine, its session and its certificate take 6 to 9 KiB; a chain of several certificates takes more. */
    static final long TLS_HEAP = 16 * KIB;

    /** A record of 16 KiB of which the end has not come, in a buffer that grows by doubling. */
    static final long TLS_DIRECT = 32 * KIB;

    /** A TLS connection takes 9 KiB; there may be as many idle ones as active ones, and as many whose response lasts. */
    private static final long UPSTREAM_HEAP = 3 * 12 * KIB;

    /** A response's head of 32 KiB and 256 fields, as it came and as it is relayed. */
    private static final long RESPONSE_HEAD = 2 * (32 * KIB + 256 * FIELD);

    /** A response of 64 KiB held back, in a buffer that grows by doubling, and a share of the copies that are looked at. */
    private static final long HELD_RESPONSE = 160 * KIB;

    /** A read of at most 16 KiB, in a buffer that grows by doubling while it holds a part of a head. */
    private static final long READ = 16 * KIB;

    /**
     * To the client, written and not taken: the water mark and one read. To the upstream, encrypted: the water mark and one
     * segment of a body. A response being read and decrypted. For four places there may be one more response that goes on without
     * one: its water mark, and one read, encrypted and decrypted. The queue of a streamed body is heap, and part of {@code buffered}.
     */
    private static final long EXCHANGE_DIRECT = (64 + 32 + 64 + 64 + 80 + (16 + 32 + 32) / 4) * KIB;

    /** What the allocator of a loop keeps in its arena and in its thread's cache. */
    private static final long LOOP_DIRECT = 512 * KIB;

    /** SO_RCVBUF of 32 KiB and SO_SNDBUF of 64 KiB, which the kernel doubles for its own overhead. */
    private static final long CONNECTION_SOCKET = 2 * (32 + 64) * KIB;

    /** SO_RCVBUF of 128 KiB and SO_SNDBUF of 64 KiB, doubled; and a quarter of that, as for four places there may be one response
     * that goes on without. */
    private static final long UPSTREAM_SOCKET = (384 + 96) * KIB;

    /** A body of 41 KiB takes 48 KiB, and two of those a block of 128: the worst of all sizes. */
    private static final long BLOCK_NUMERATOR = 25;

    private static final long BLOCK_DENOMINATOR = 16;

    private static final long CONNECTIONS_PER_EXCHANGE = 4;
    private static final long MAX_BODY = 10 * MIB;
    private static final long MIN_IN_FLIGHT = 4;
    private static final long MAX_IN_FLIGHT = 1024;
    private static final long MIN_CONNECTIONS = 16;
    private static final long MIN_BUFFERED = 896 * KIB;
    private static final long MAX_BUFFERED = 1024 * MIB;
    private static final long MIN_LISTS = 128 * KIB;
    private static final long MAX_LISTS = 512 * MIB;

    /**
     * What lists may take once, before it is known how long they are: all that other things leave.
     *
     * @param asked with {@code lists} when that is settled
     */
    public static long roomForLists(Asked asked, Memory memory) {
        if (asked.lists().isPresent()) {
            return asked.lists().getAsLong() / 2;
        }
        MemoryPlan others = fixed(asked, memory, 0, minBuffered(asked));
        return Math.min(Math.max(Heap.usable(memory.heap()) - others.heap(), MIN_LISTS), MAX_LISTS) / 2;
    }

    /**
     * Settles every limit that was not asked for. What was asked for may not fit: see {@link #misfit}.
     *
     * @param listed bytes that the lists take, once
     */
    public static MemoryPlan of(Asked asked, Memory memory, long listed) {
        if (asked.lists().isPresent()) {
            return withLists(asked, memory, asked.lists().getAsLong());
        }
        long share =
                Math.max(Heap.usable(memory.heap()) - fixed(asked, memory, 0, 0).heap(), 0) / 4;
        // So that a list in force may grow by a quarter.
        long wanted = Math.max(share, 2 * listed + listed / 2);
        return withLists(asked, memory, clamp(wanted, MIN_LISTS, 2 * roomForLists(asked, memory)));
    }

    /** The same, with what lists may take settled, twice. */
    public static MemoryPlan withLists(Asked asked, Memory memory, long lists) {
        long left = Heap.usable(memory.heap()) - fixed(asked, memory, lists, 0).heap();
        long buffered = asked.buffered()
                .orElseGet(() ->
                        inPieces(clamp(left / BLOCK_NUMERATOR * BLOCK_DENOMINATOR, minBuffered(asked), MAX_BUFFERED)));
        return fixed(asked, memory, lists, buffered);
    }

    private static MemoryPlan fixed(Asked asked, Memory memory, long lists, long buffered) {
        long inFlight = asked.inFlight().orElseGet(() -> inFlight(asked, memory));
        long connections = asked.connections()
                .orElseGet(
                        () -> Math.max(MIN_CONNECTIONS, CONNECTIONS_PER_EXCHANGE * Math.min(inFlight, MAX_IN_FLIGHT)));
        return new MemoryPlan(
                connections,
                inFlight,
                asked.body().orElse(Math.min(MAX_BODY, buffered / 4 * 3)),
                buffered,
                lists,
                asked.message());
    }

    /** As many as direct memory carries, and half of the heap that is not spoken for. */
    private static long inFlight(Asked asked, Memory memory) {
        MemoryPlan none = new MemoryPlan(
                asked.connections().orElse(0),
                0,
                0,
                asked.buffered().orElse(asked.body().orElse(0)),
                asked.lists().orElse(0),
                asked.message());
        long per = asked.connections().isPresent() ? 0 : CONNECTIONS_PER_EXCHANGE;
        MemoryPlan one = none.with(per, 1);
        long byHeap = (Heap.usable(memory.heap()) - none.heap()) / 2 / (one.heap() - none.heap());
        long max = Math.min(byHeap, MAX_IN_FLIGHT);
        while (max > MIN_IN_FLIGHT && none.with(per, max).direct() > memory.direct()) {
            max--;
        }
        return Math.max(max, MIN_IN_FLIGHT);
    }

    private MemoryPlan with(long connectionsEach, long exchanges) {
        return new MemoryPlan(connections + connectionsEach * exchanges, exchanges, body, buffered, lists, message);
    }

    private static long minBuffered(Asked asked) {
        return asked.buffered().orElse(Math.max(asked.body().orElse(0), MIN_BUFFERED));
    }

    private static long clamp(long value, long min, long max) {
        return Math.max(min, Math.min(value, max));
    }

    /** In steps that read well. */
    private static long inPieces(long bytes) {
        long step = bytes >= 4 * MIB ? MIB : 64 * KIB;
        return (bytes + step - 1) / step * step <= bytes ? bytes : Math.max(bytes / step * step, MIN_BUFFERED);
    }

    /** What can be alive on the heap, bytes. */
    public long heap() {
        long head = headOnHeap(message.head(), message.fields());
        return PROGRAM
                + message.aside().heap()
                + beside().heap(message)
                + connections * (CONNECTION_HEAP + (message.preamble().tls() ? TLS_HEAP : 0) + head)
                + inFlight * (UPSTREAM_HEAP + head + RESPONSE_HEAD + HELD_RESPONSE)
                + buffered / BLOCK_DENOMINATOR * BLOCK_NUMERATOR
                + lists;
    }

    /** A head that was read, in bytes. */
    static long headOnHeap(long head, long fields) {
        return head + FIELD * fields;
    }

    /** A part of a head that is kept until the rest comes, in bytes: it was read into a buffer that grows by doubling. */
    static long partOfHead(long head) {
        return READ + 2 * head;
    }

    private SideConnections beside() {
        return new SideConnections(connections);
    }

    /** The direct memory that is needed, bytes; more when the kernel's buffers would take more than their share. */
    public long direct() {
        long direct = message.loops() * LOOP_DIRECT
                + connections
                        * (partOfHead(message.head()) + (message.preamble().tls() ? TLS_DIRECT : 0))
                + inFlight * EXCHANGE_DIRECT
                + beside().direct(message)
                + message.aside().direct();
        long sockets = connections * CONNECTION_SOCKET + inFlight * UPSTREAM_SOCKET + beside().sockets(message);
        return Math.max(direct, sockets / SOCKETS_PER_DIRECT);
    }

    /** Why the process cannot start with these limits, and what it would need; empty when they fit. */
    public Optional<String> misfit(Memory memory) {
        if (heap() > Heap.usable(memory.heap()) || direct() > memory.direct()) {
            return Optional.of("need " + mib(Heap.forAlive(heap())) + " MiB of heap and " + mib(direct())
                    + " MiB of direct memory, and the JVM has " + memory.heap() / MIB + " and "
                    + memory.direct() / MIB + " (" + this + "); lower one of them, or start with " + remedy(memory));
        }
        long sum = sum(memory.heap(), memory.direct(), memory.outside());
        if (memory.limit().isPresent() && sum > Math.max(memory.limit().getAsLong(), SMALLEST_LIMIT)) {
            return Optional.of("fit the JVM, but that may grow to " + mib(sum) + " MiB (" + mib(memory.heap())
                    + " of heap, " + mib(memory.direct()) + " of direct memory, twice that for socket buffers, "
                    + mib(memory.outside()) + " for code, classes and threads), and the memory limit is "
                    + mib(memory.limit().getAsLong()) + " MiB: raise it, or lower -Xmx and -XX:MaxDirectMemorySize in"
                    + " COUNTERSIGN_JAVA_OPTS");
        }
        return Optional.empty();
    }

    private String remedy(Memory memory) {
        // The JVM rounds up to 2 MiB.
        long heap = (Math.max(mib(Heap.forAlive(heap())), mib(memory.heap())) + 1) / 2 * 2;
        long direct = Math.max(mib(direct()), mib(memory.direct()));
        String options = "COUNTERSIGN_JAVA_OPTS=\"-Xmx" + heap + "m -XX:MaxDirectMemorySize=" + direct + "m\"";
        long sum = mib(sum(heap * MIB, direct * MIB, memory.outside()));
        return memory.limit().isPresent() && sum > mib(memory.limit().getAsLong())
                ? options + " and a memory limit of " + sum + " MiB"
                : options;
    }

    private static long sum(long heap, long direct, long outside) {
        return heap + (1 + SOCKETS_PER_DIRECT) * direct + outside;
    }

    /** A warning of memory that is too small for any limits, though the start is not refused; empty when there is enough. */
    public static Optional<String> warning(Memory memory) {
        OptionalLong limit = memory.limit();
        return limit.isPresent() && limit.getAsLong() < SMALLEST_LIMIT
                ? Optional.of("the memory limit is " + mib(limit.getAsLong()) + " MiB, and the process needs "
                        + mib(SMALLEST_LIMIT) + ": it may be killed under load; raise the limit")
                : Optional.empty();
    }

    private static long mib(long bytes) {
        return (bytes + MIB - 1) / MIB;
    }

    private static String size(long bytes) {
        if (bytes >= 10 * MIB || bytes % MIB == 0) {
            return bytes / MIB + " MiB";
        }
        return bytes >= MIB ? Math.floor(bytes * 10.0 / MIB) / 10 + " MiB" : bytes / KIB + " KiB";
    }

    /** The limits by their names in the configuration. */
    @Override
    public String toString() {
        return "connections " + connections + ", in-flight " + inFlight + ", body " + size(body) + ", buffered "
                + size(buffered) + ", lists " + size(lists);
    }
}
