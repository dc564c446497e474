package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/** Leads a source of hourly keys through its life: start, rotation, outage up to the expiry, recovery. */
final class SourceWalk {
    private SourceWalk() {}

    /** Takes the source's endpoint down, and up again. */
    interface Switch {
        void down(boolean down) throws Exception;
    }

    static void walk(ManualTime time, KeyFetch fetch, Switch endpoint) throws Exception {
        RefreshingSource source = new RefreshingSource("walk", fetch, time.immediate()).start();
        String first = id(source);
        assertEquals(
                time.instant().plus(Duration.ofHours(1)),
                source.status().expiry().orElseThrow());
        time.advance(Duration.ofMinutes(48));
        String second = id(source);
        assertNotEquals(first, second, "rotated ahead of the expiry");
        assertEquals(2, source.status().refreshes(), "one fetch for each lifetime");
        endpoint.down(true);
        source.refresh(((Credentials.Usable) source.current()).keys());
        assertEquals(second, id(source), "served on while down");
        assertEquals(1, source.status().failures());
        time.leap(Duration.ofMinutes(60));
        Credentials.Missing missing = assertInstanceOf(Credentials.Missing.class, source.current());
        assertTrue(missing.reason().contains(fetch.kind()), missing.reason());
        assertFalse(missing.reason().contains("canary"), missing.reason());
        endpoint.down(false);
        time.advance(Duration.ofSeconds(1));
        assertNotEquals(second, id(source), "recovered");
        source.close();
    }

    static String id(CredentialsSource source) {
        return assertInstanceOf(
                        Credentials.Usable.class,
                        source.current(),
                        () -> source.current().toString())
                .keys()
                .accessKeyId();
    }
}
