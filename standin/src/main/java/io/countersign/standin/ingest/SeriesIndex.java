package io.countersign.standin.ingest;

/**
 * The series that samples came for, as an ingester knows them.
 *
 * <p>Hashes of 128 bits; that two series share one is possible and harmless here. Not kept on disk: a restart forgets them.
 */
final class SeriesIndex {
    private DistinctSet known = new DistinctSet();

    /**
     * Whether a sample of this series is taken: the series is known, or there is room for another.
     *
     * @param labels the series as text
     * @param limit how many series there may be
     */
    synchronized boolean admits(String labels, long limit) {
        long high = hash(labels, 0x100000001b3L);
        long low = hash(labels, 0x9e3779b97f4a7c15L);
        if (known.size() >= limit && !known.contains(high, low)) {
            return false;
        }
        known.add(high, low);
        return true;
    }

    synchronized long size() {
        return known.size();
    }

    synchronized void clear() {
        known = new DistinctSet();
    }

    private static long hash(String text, long multiplier) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * multiplier;
        }
        // The low bits choose the slot, and a product's low bits depend on few characters.
        return hash ^ (hash >>> 32);
    }
}
