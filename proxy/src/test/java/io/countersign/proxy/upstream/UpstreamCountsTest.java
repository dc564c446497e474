package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UpstreamCountsTest {
    @Test
    void noMoreConnectionsIdleThanMayAndALeavingOneMakesRoom() {
        UpstreamCounts counts = new UpstreamCounts(2);

        assertTrue(counts.idles());
        assertTrue(counts.idles());
        assertFalse(counts.idles());
        assertEquals(2, counts.idle());

        counts.idle.decrementAndGet();
        assertTrue(counts.idles());
        assertFalse(counts.idles());
    }
}
