package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentHostsTest {
    private final Upstream any =
            new Upstream(UpstreamConfig.byRequest(Transport.tls(Optional.empty()), Optional.empty()), Optional.empty());

    @Test
    void theSameHostHasTheSameUpstream() {
        assertSame(any.at("a.example"), any.at("a.example"));
        assertNotSame(any.at("a.example"), any.at("b.example"));
        assertEquals("https://a.example", any.at("a.example").toString());
        assertEquals("what each request chooses", any.toString());
    }

    @Test
    void whoWasNamedLeastRecentlyGivesWay() {
        Upstream first = any.at("h0");
        Upstream second = any.at("h1");
        for (int i = 2; i < RecentHosts.MAX; i++) {
            any.at("h" + i);
        }
        any.at("h0");
        assertFalse(second.isRetired());
        any.at("one more");
        assertTrue(second.isRetired());
        assertFalse(first.isRetired());
        assertSame(first, any.at("h0"));
        assertNotSame(second, any.at("h1"));
    }

    @Test
    void allGoWithWhatTheyBelongTo() {
        Upstream one = any.at("h");
        any.retire();
        assertTrue(one.isRetired());
        assertTrue(any.at("later").isRetired());
    }
}
