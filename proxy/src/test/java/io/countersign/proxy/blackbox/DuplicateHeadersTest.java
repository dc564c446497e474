package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code headers.duplicate}: what the signature takes the place of arrives under another name. */
@WireTest
class DuplicateHeadersTest {

    @Test
    void whatIsReplacedArrivesUnderAnotherName() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Rig rig = new Rig(upstream, TestProxy.main("headers.duplicate = [Authorization, Host, X-Many]"))) {
            Head head = rig.forwards(Requests.get("/w", "authorization: Basic eDp5", "X-Many: 1", "x-many: 2"))
                    .head();
            assertEquals(List.of("Basic eDp5"), head.values("x-original-authorization"));
            assertEquals(List.of("1", "2"), head.values("x-original-x-many"));
            assertEquals(List.of("1", "2"), head.values("x-many"));
            assertEquals(1, head.values("x-original-host").size());
            assertEquals(1, head.values("authorization").size());
        }
    }

    @Test
    void nobodyElsesCopyPassesForOurs() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Rig rig = new Rig(upstream, TestProxy.main("headers.duplicate = [Authorization]"))) {
            Head head = rig.forwards(
                            Requests.get("/w", "X-Original-Authorization: forged", "x_original_authorization: forged"))
                    .head();
            assertFalse(head.text().contains("forged"), head.text());
            assertFalse(head.has("x-original-authorization"));
        }
    }

    @Test
    void whatTheConnectionFieldNamesIsNotCopied() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Rig rig = new Rig(upstream, TestProxy.main("headers.duplicate = [X-Hop]"))) {
            Head head = rig.forwards(Requests.get("/w", "Connection: X-Hop", "X-Hop: 1"))
                    .head();
            assertFalse(head.has("x-original-x-hop"));
        }
    }
}
