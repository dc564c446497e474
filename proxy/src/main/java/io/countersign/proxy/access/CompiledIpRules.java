package io.countersign.proxy.access;

import io.countersign.proxy.net.IpAddress;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

/**
 * Rules as tables, one for each address family. Deny wins whatever the prefix lengths, as in an API Gateway resource policy.
 *
 * <p>A verdict is made when its rule first decides, and the ones made last are kept, so that deciding for the callers that
 * come again and again allocates nothing of its own.
 */
public final class CompiledIpRules implements IpRules {
    /** Callers of a sidecar are few, and each is decided by one rule. A power of two. */
    private static final int KEPT = 64;

    private static final Verdict UNKNOWN =
            new Verdict.Denied(new Rule(Rule.DEFAULT, "the caller's address is unknown"));

    private final Optional<IpList> allow;
    private final IpList deny;
    private final IpList allowed;
    private final Verdict otherwise;
    private final AtomicReferenceArray<Made> made = new AtomicReferenceArray<>(KEPT);

    /** @param entry its index and its table in one */
    private record Made(long entry, Verdict verdict) {}

    /** An allow entry that lies whole in a deny entry, and so allows nobody. */
    public record InVain(ListEntry allow, Rule deniedBy) {}

    /**
     * Compiles the rules.
     *
     * @param allow empty: no allow list at all, so loopback only; an empty list: nobody
     * @param deny may be empty
     */
    public CompiledIpRules(Optional<IpList> allow, IpList deny) {
        this.allow = allow;
        this.deny = deny;
        allowed = allow.orElseGet(CompiledIpRules::loopback);
        otherwise = new Verdict.Denied(new Rule(
                Rule.DEFAULT,
                allow.isPresent()
                        ? "in no allow list, and with an allow list everyone else is denied"
                        : "only loopback may call while there is no allow list"));
    }

    private static IpList loopback() {
        IpListBuilder builder = new IpListBuilder(new ListRoom(2 * ListRoom.V6_BYTES), (where, what) -> {});
        builder.add("default", "127.0.0.0/8");
        builder.add("default", "::1");
        return builder.build();
    }

    @Override
    public Verdict decide(InetAddress peer) {
        if (peer == null) {
            return UNKNOWN;
        }
        byte[] octets = peer.getAddress();
        long high = octets.length == 4 ? 0 : IpAddress.bits(octets, 0, 8);
        long low = octets.length == 4 ? IpAddress.bits(octets, 0, 4) : IpAddress.bits(octets, 8, 8);
        boolean mapped = octets.length == 16 && IpAddress.isMapped(high, low);
        return octets.length == 4 || mapped ? decide(true, 0, low & 0xffff_ffffL) : decide(false, high, low);
    }

    private Verdict decide(boolean v4, long high, long low) {
        int denied = deny.table(v4).find(high, low);
        if (denied != RangeTable.NONE) {
            return verdict(true, v4, denied);
        }
        int found = allowed.table(v4).find(high, low);
        return found == RangeTable.NONE ? otherwise : verdict(false, v4, found);
    }

    private Verdict verdict(boolean denies, boolean v4, int index) {
        long entry = (long) index << 2 | (denies ? 2 : 0) | (v4 ? 1 : 0);
        int slot = (int) entry & (KEPT - 1);
        Made kept = made.get(slot);
        if (kept != null && kept.entry == entry) {
            return kept.verdict;
        }
        Verdict verdict = denies
                ? new Verdict.Denied(deny.rule(v4, index))
                : new Verdict.Allowed(
                        allow.isPresent()
                                ? allowed.rule(v4, index)
                                : new Rule(Rule.DEFAULT, "loopback may call while there is no allow list"));
        made.set(slot, new Made(entry, verdict));
        return verdict;
    }

    /** Allow entries that lie whole in a deny entry, and so allow nobody, each with the rule that denies it. */
    public Stream<InVain> allowedInVain() {
        return allow.stream()
                .flatMap(IpList::entries)
                .map(entry -> {
                    ListEntry by = deny.covering(entry.cidr());
                    return by == null ? null : new InVain(entry, by.rule());
                })
                .filter(Objects::nonNull);
    }

    /** What was compiled; empty when there is no allow list at all. */
    public Optional<IpList> allow() {
        return allow;
    }

    /** What was compiled. */
    public IpList deny() {
        return deny;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CompiledIpRules rules && allow.equals(rules.allow) && deny.equals(rules.deny);
    }

    @Override
    public int hashCode() {
        return 31 * allow.hashCode() + deny.hashCode();
    }

    @Override
    public String toString() {
        return "IpRules[allow=" + allow.map(IpList::size).map(String::valueOf).orElse("loopback") + ", deny="
                + deny.size() + "]";
    }
}
