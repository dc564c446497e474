package io.countersign.proxy.limit;

/**
 * Connections beside those that are served: clients that are turned away, which stay open until they have read why, those that have
 * to say by a PROXY header whom they come from, and those of the admin port. How many there may be follows from {@code limits.connections}, so that a small process stays small; what they take
 * is part of the {@link MemoryPlan}.
 *
 * @param connections client connections open at once
 */
public record SideConnections(long connections) {
    /** Of a request to the admin port, request line and header fields together, in bytes. */
    public static final int ADMIN_HEAD = 8 * 1024;

    /** Header fields of a request to the admin port. */
    public static final int ADMIN_FIELDS = 100;

    private static final long KIB = 1 << 10;

    /** What a handshake holds on the heap until it is done: messages of 32 KiB at most, ten certificates at most, and keys. Not measured. */
    private static final long HANDSHAKE_HEAP = 96 * KIB;

    private static final long MIN_TURNED_AWAY = 2;
    private static final long MAX_TURNED_AWAY = 64;
    private static final long MIN_ANNOUNCING = 16;
    private static final long MAX_ANNOUNCING = 128;
    private static final long MIN_HANDSHAKES = 8;
    private static final long MAX_HANDSHAKES = 128;
    private static final long MIN_ADMIN = 8;
    private static final long MAX_ADMIN = 128;
    private static final long ADMIN_PER_PAGE = 4;
    private static final long MAX_PAGES = 16;

    /** A connection with its handlers, and nothing of a request. */
    private static final long CONNECTION_HEAP = 3 * KIB;

    /** Of the admin port: a read of 4 KiB, in a buffer that grows while it holds a part of a head. */
    private static final long ADMIN_DIRECT = 4 * KIB + ADMIN_HEAD;

    /** Of a page of metrics, what is written and not taken: the water mark and one piece. */
    private static final long PAGE_DIRECT = 16 * KIB;

    /** A response that fits one segment, with the kernel's overhead. */
    private static final long SMALL_RESPONSE = 3 * KIB;

    /** SO_RCVBUF of 32 KiB, which the kernel doubles for its own overhead. */
    private static final long CLIENT_RECEIVE = 2 * 32 * KIB;

    /** A PROXY header is 2,280 bytes at most, and a read of at most 16 KiB may have more than its end. */
    private static final long PROXY_HEADER = 4 * KIB;

    /** SO_RCVBUF of 16 KiB, doubled. */
    private static final long ADMIN_RECEIVE = 2 * 16 * KIB;

    /** SO_SNDBUF of 16 KiB, doubled. */
    private static final long PAGE_SEND = 2 * 16 * KIB;

    /** Denied connections open at once, and as many refused ones. */
    public int turnedAway() {
        return (int) Math.max(MIN_TURNED_AWAY, Math.min(connections / 8, MAX_TURNED_AWAY));
    }

    /** Connections open at once that wait for their PROXY header. Load balancers open many at a moment. */
    public int announcing() {
        return (int) Math.max(MIN_ANNOUNCING, Math.min(connections / 4, MAX_ANNOUNCING));
    }

    /** TLS handshakes that may be under way at once, among the connections that are counted. */
    public int handshakes() {
        return (int) Math.max(MIN_HANDSHAKES, Math.min(connections / 4, MAX_HANDSHAKES));
    }

    /** Connections to the admin port. */
    public int admin() {
        return (int) Math.max(MIN_ADMIN, Math.min(connections / 2, MAX_ADMIN));
    }

    /** Those of them that may hold a page of metrics at once. */
    public int adminPages() {
        return (int) Math.min(admin() / ADMIN_PER_PAGE, MAX_PAGES);
    }

    private long announcing(Asked.Message message) {
        return message.preamble().announced() ? announcing() : 0;
    }

    /** On the heap, in bytes. The pages themselves count as part of the program; a head is kept until it has been answered. */
    long heap(Asked.Message message) {
        long denied = CONNECTION_HEAP + MemoryPlan.headOnHeap(message.head(), message.fields());
        boolean tls = message.preamble().tls();
        return turnedAway() * (denied + CONNECTION_HEAP + (tls ? MemoryPlan.TLS_HEAP : 0))
                + (tls ? handshakes() * HANDSHAKE_HEAP : 0)
                + announcing(message) * CONNECTION_HEAP
                + admin() * CONNECTION_HEAP
                + adminPages() * MemoryPlan.headOnHeap(ADMIN_HEAD, ADMIN_FIELDS);
    }

    /** In direct memory, in bytes: a part of a head for a denied client, only the response for a refused one. */
    long direct(Asked.Message message) {
        long tls = message.preamble().tls() ? MemoryPlan.TLS_DIRECT : 0;
        return turnedAway() * (MemoryPlan.partOfHead(message.head()) + KIB + tls)
                + announcing(message) * MemoryPlan.partOfHead(PROXY_HEADER)
                + admin() * ADMIN_DIRECT
                + adminPages() * PAGE_DIRECT;
    }

    /** In the kernel's socket buffers, in bytes. */
    long sockets(Asked.Message message) {
        return 2L * turnedAway() * (CLIENT_RECEIVE + SMALL_RESPONSE)
                + announcing(message) * CLIENT_RECEIVE
                + admin() * (ADMIN_RECEIVE + SMALL_RESPONSE)
                + adminPages() * PAGE_SEND;
    }
}
