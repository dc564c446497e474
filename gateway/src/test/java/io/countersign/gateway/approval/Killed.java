package io.countersign.gateway.approval;

import io.countersign.gateway.approval.PendingCallers.Request;
import io.countersign.gateway.audit.AuditLog;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.state.StateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** A process that approves callers until it is killed, and prints the number of each that is said to be kept. */
final class Killed {
    private Killed() {}

    public static void main(String[] arguments) throws Exception {
        StateFolder state = StateFolder.open(Path.of(arguments[0]));
        AuditLog audit = new AuditLog(Clock.systemUTC(), line -> {}, Optional.of(state.log("audit", 3000, 50)));
        ApprovalStore store = new ApprovalStore(state, Clock.systemUTC(), 1000, newcomer -> {});
        for (int i = 0; i < 1_000_000; i++) {
            Ask ask = new Ask(
                    CallerKey.address(IpAddress.parse("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256)),
                    Optional.of("metrics"));
            long number =
                    ((Standing.Waits) store.approvals().ask(ask, () -> new Request("POST /w", "socket"))).number();
            Order order = new Order(number, Subscription.Decision.APPROVED, "alice", Optional.empty(), "");
            store.decide(order, false).written().toCompletableFuture().join();
            audit.record("alice", "approve", "request " + number, "")
                    .toCompletableFuture()
                    .join();
            System.out.println(number);
        }
    }
}
