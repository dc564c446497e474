package io.countersign.gateway.approval;

import io.countersign.gateway.approval.PendingCallers.Request;
import io.countersign.proxy.net.IpAddress;
import java.util.Optional;

/** Callers that ask, for tests elsewhere. */
public final class Asking {
    private Asking() {}

    public static void address(ApprovalStore store, String address, Optional<String> route) {
        ask(store, new Ask(CallerKey.address(IpAddress.parse(address)), route));
    }

    public static void certificate(ApprovalStore store, String name, Optional<String> route) {
        ask(store, new Ask(new CallerKey(CallerKey.Kind.CERTIFICATE, name), route));
    }

    private static void ask(ApprovalStore store, Ask ask) {
        store.approvals().ask(ask, () -> new Request("POST /w", "socket"));
    }
}
