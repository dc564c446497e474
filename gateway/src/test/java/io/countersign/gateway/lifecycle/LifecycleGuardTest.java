package io.countersign.gateway.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.countersign.proxy.admission.Guard.Ruling;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.net.IpAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifecycleGuardTest {
    private final LifecycleGuard guard = new LifecycleGuard(
            new LifecycleConfig(List.of(draft("new", "10.0.0.0/8"), draft("newer", "10.1.0.0/16"))),
            Set.of("old", "new", "newer"),
            Clock.systemUTC());

    private static RouteLife draft(String route, String network) {
        return new RouteLife(
                route,
                State.DRAFT,
                new About(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of()),
                DraftCallers.parse(List.of(network)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Ruling from(String address) {
        Caller caller = Caller.ofSocket(IpAddress.parse(address).toInetAddress());
        // The head is not looked at.
        return guard.judge(caller, null);
    }

    private static Optional<Set<String>> routes(Ruling ruling) {
        return ((Ruling.Pass) ruling).terms().routes();
    }

    @Test
    void eachCallerSeesItsDrafts() {
        assertEquals(Optional.of(Set.of("old")), routes(from("192.0.2.1")));
        assertEquals(Optional.of(Set.of("old", "new")), routes(from("10.2.0.1")));
        assertEquals(Optional.empty(), routes(from("10.1.0.1")));
    }

    @Test
    void whatCallersSeeIsMadeOnce() {
        assertSame(from("192.0.2.1"), from("192.0.2.2"));
        assertSame(from("10.2.0.1"), from("10.3.0.1"));
    }
}
