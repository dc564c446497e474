package io.countersign.gateway.approval;

import io.countersign.gateway.approval.PendingCallers.Request;
import io.countersign.gateway.approval.Subscription.Decision;
import io.countersign.proxy.net.IpAddress;
import java.util.Optional;

/** Callers that ask, and people who decide, for tests elsewhere. */
public final class Asking {
    private Asking() {}

    public static void address(ApprovalStore store, String address, Optional<String> route) {
        ask(store, new Ask(CallerKey.address(IpAddress.parse(address)), route));
    }

    public static void certificate(ApprovalStore store, String name, Optional<String> route) {
        ask(store, new Ask(new CallerKey(CallerKey.Kind.CERTIFICATE, name), route));
    }

    private static Standing ask(ApprovalStore store, Ask ask) {
        return store.approvals().ask(ask, () -> new Request("POST /w", "socket"));
    }

    private static Standing token(ApprovalStore store, String name) {
        return ask(store, new Ask(new CallerKey(CallerKey.Kind.TOKEN, name), Optional.of("metrics")));
    }

    /** What the holder of a token gets, and by which number: {@code approved 17}. */
    public static String standing(ApprovalStore store, String token) {
        Standing standing = token(store, token);
        if (standing instanceof Standing.Approved approved) {
            return "approved " + approved.by().number();
        }
        if (standing instanceof Standing.Refused refused) {
            return "refused " + refused.by().number();
        }
        return standing instanceof Standing.Waits waits ? "waits " + waits.number() : "no room";
    }

    /** The number of the holder of a token, who waits. */
    public static long number(ApprovalStore store, String token) {
        return ((Standing.Waits) token(store, token)).number();
    }

    /** A decision on a number, with or without four eyes. */
    public static Decided decide(ApprovalStore store, long number, Decision decision, String actor, boolean fourEyes) {
        return store.decide(new Order(number, decision, actor, Optional.empty(), ""), fourEyes);
    }

    /** How many decisions others have not heard of. */
    public static long untold(ApprovalStore store) {
        return store.approvals().untold();
    }
}
