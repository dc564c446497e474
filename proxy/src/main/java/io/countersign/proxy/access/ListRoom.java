package io.countersign.proxy.access;

/**
 * The memory that all entries of the address lists, and the texts of those that are fetched, may take together. What does not fit is counted and not kept, so that the
 * fault can say how much there is.
 *
 * <p>The bytes are a little more than a compiled entry takes, 12 and 25, since entries are gathered before they are sorted. The
 * index of a file's lines takes two thousandths of the file besides: that is within what entries take less.
 */
public final class ListRoom {
    /** What an IPv4 entry takes at most, while its list is being compiled. */
    public static final int V4_BYTES = 16;

    /** The same of an IPv6 entry. */
    public static final int V6_BYTES = 40;

    /** What it takes besides where it has an end: that is kept beside the entries until they are sorted. */
    public static final int EXPIRY_BYTES = 8;

    private final long bytes;
    private long v4;
    private long v6;
    private long besides;

    /** @param bytes for all lists together, once; those in force lie in memory besides */
    public ListRoom(long bytes) {
        this.bytes = bytes;
    }

    /** Counts an entry; returns false when there is no room for it. */
    boolean take(boolean isV4) {
        if (isV4) {
            v4++;
        } else {
            v6++;
        }
        return fits();
    }

    /** Counts a text that is held; returns false when there is no room for it. */
    boolean takeText(int size) {
        besides += size;
        return fits();
    }

    /** For all lists together, once. */
    public long bytes() {
        return bytes;
    }

    /** Counts what an entry takes for having an end; returns false when there is no room for it. */
    boolean takeExpiry() {
        besides += EXPIRY_BYTES;
        return fits();
    }

    /** Whether there was room for every entry. */
    public boolean fits() {
        return taken() <= bytes;
    }

    /** What the entries take, also those that there is no room for. */
    public long taken() {
        return v4 * V4_BYTES + v6 * V6_BYTES + besides;
    }

    /** How many entries there are and how many there is room for. */
    @Override
    public String toString() {
        return "%,d IPv4 and %,d IPv6 entries (%,d bytes), with room for %,d bytes, such as %,d IPv4 entries"
                .formatted(v4, v6, taken(), bytes, bytes / V4_BYTES);
    }
}
