package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.ManualTime;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.credentials.RefreshingCredentials;
import java.time.Duration;

/** Leads a provider of hourly credentials through its life: start, rotation, outage up to the expiry, recovery. */
final class ProviderWalk {
    private ProviderWalk() {}

    /** Takes the provider's endpoint down, and up again. */
    interface Switch {
        void down(boolean down) throws Exception;
    }

    static void walk(ManualTime time, CredentialsProvider fetch, Switch endpoint) throws Exception {
        RefreshingCredentials provider = new RefreshingCredentials("walk", fetch, time.immediate()).start();
        String first = id(provider);
        assertEquals(
                time.instant().plus(Duration.ofHours(1)),
                provider.status().expiry().orElseThrow());
        time.advance(Duration.ofMinutes(48));
        String second = id(provider);
        assertNotEquals(first, second, "rotated ahead of the expiry");
        assertEquals(2, provider.status().fetches().refreshes(), "one fetch for each lifetime");
        endpoint.down(true);
        provider.refresh(((Credentials.Usable) provider.current()).value());
        assertEquals(second, id(provider), "served on while down");
        assertEquals(1, provider.status().fetches().failures());
        time.leap(Duration.ofMinutes(60));
        Credentials.Missing missing = assertInstanceOf(Credentials.Missing.class, provider.current());
        assertTrue(missing.reason().contains(fetch.kind()), missing.reason());
        assertFalse(missing.reason().contains("canary"), missing.reason());
        endpoint.down(false);
        time.advance(Duration.ofSeconds(1));
        assertNotEquals(second, id(provider), "recovered");
        provider.close();
    }

    static String id(NamedCredentials provider) {
        return assertInstanceOf(
                        Credentials.Usable.class,
                        provider.current(),
                        () -> provider.current().toString())
                .value()
                .accessKeyId();
    }
}
