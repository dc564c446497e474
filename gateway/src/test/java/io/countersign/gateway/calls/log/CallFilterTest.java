package io.countersign.gateway.calls.log;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Exchanges;
import io.countersign.proxy.accesslog.CallLine;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallFilterTest {
    private static final Caller TOKEN = Exchanges.from("10.0.0.1")
            .attributedTo(
                    new Attribution(Optional.of(new Identity(Identity.Kind.TOKEN, "batch")), Optional.of("payments")));

    private static String line(Caller caller, String path, int status) {
        return new CallLine().of(7, Exchanges.allowed(caller, path, status));
    }

    private static String line(String path, int status) {
        return line(TOKEN, path, status);
    }

    @Test
    void takesEachOfWhatItAsksFor() {
        String line = line("/a", 200);
        assertTrue(new CallFilter().wants(line));
        assertTrue(new CallFilter().id("0123456789abcdef").wants(line));
        assertTrue(new CallFilter().id("r-1").wants(line));
        assertTrue(new CallFilter().route("metrics").tenant("payments").wants(line));
        assertFalse(new CallFilter().route("metrics").tenant("other").wants(line));
        assertFalse(new CallFilter().route("metric").wants(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "token:batch", "batch"})
    void knowsACallerByEachOfItsNames(String name) {
        assertTrue(new CallFilter().caller(name).wants(line("/a", 200)));
        assertFalse(new CallFilter().caller(name + "x").wants(line("/a", 200)));
    }

    @Test
    void tellsStatusesApart() {
        assertTrue(new CallFilter().status("404").wants(line("/a", 404)));
        assertFalse(new CallFilter().status("404").wants(line("/a", 403)));
        assertTrue(new CallFilter().status("4xx").wants(line("/a", 403)));
        assertFalse(new CallFilter().status("4xx").wants(line("/a", 503)));
        assertTrue(new CallFilter().status("0").wants(line("/a", 0)));
        assertFalse(new CallFilter().status("0").wants(line("/a", 200)));
        assertTrue(new CallFilter().status("failed").wants(line("/a", 0)));
        assertTrue(new CallFilter().status("failed").wants(line("/a", 400)));
        assertFalse(new CallFilter().status("failed").wants(line("/a", 399)));
        assertThrows(IllegalArgumentException.class, () -> new CallFilter().status("6xx"));
    }

    /** The exchange began one second after the epoch. */
    @Test
    void takesWhatBeganSince() {
        assertTrue(new CallFilter().since(Instant.ofEpochMilli(1000)).wants(line("/a", 200)));
        assertFalse(new CallFilter().since(Instant.ofEpochMilli(1001)).wants(line("/a", 200)));
    }

    @Test
    void noTextPassesForAMember() {
        String forged = line("/\",\"route\":\"other\",\"status\":500,\"x\":\"", 200);
        assertFalse(new CallFilter().route("other").wants(forged));
        assertFalse(new CallFilter().status("500").wants(forged));
        assertFalse(new CallFilter().status("failed").wants(forged));
        assertTrue(new CallFilter().route("metrics").status("200").wants(forged));
    }
}
