package io.countersign.proxy.access;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rules as tables, one for each address family. Deny wins whatever the prefix lengths, as in an API Gateway resource
 * policy. A verdict is made once for each rule, so deciding allocates nothing of its own.
 */
public final class CompiledIpRules implements IpRules {
    private static final List<ListEntry> LOOPBACK = List.of(byDefault("127.0.0.0/8"), byDefault("::1"));

    private static final Verdict UNKNOWN = new Verdict.Denied(new Rule("default", "the caller's address is unknown"));

    private final Optional<List<ListEntry>> allow;
    private final List<ListEntry> deny;
    private final RangeTable<Verdict> deny4;
    private final RangeTable<Verdict> deny6;
    private final RangeTable<Verdict> allow4;
    private final RangeTable<Verdict> allow6;
    private final Verdict otherwise;

    /**
     * Compiles the rules.
     *
     * @param allow empty: no allow list at all, so loopback only; an empty list: nobody
     * @param deny may be empty
     */
    public CompiledIpRules(Optional<List<ListEntry>> allow, List<ListEntry> deny) {
        this.allow = allow.map(List::copyOf);
        this.deny = List.copyOf(deny);
        List<ListEntry> allowed = this.allow.orElse(LOOPBACK);
        deny4 = table(this.deny, true, e -> new Verdict.Denied(e.rule()));
        deny6 = table(this.deny, false, e -> new Verdict.Denied(e.rule()));
        allow4 = table(allowed, true, e -> new Verdict.Allowed(e.rule()));
        allow6 = table(allowed, false, e -> new Verdict.Allowed(e.rule()));
        otherwise = new Verdict.Denied(new Rule(
                "default",
                allow.isPresent()
                        ? "in no allow list, and with an allow list everyone else is denied"
                        : "only loopback may call while there is no allow list"));
    }

    private static ListEntry byDefault(String cidr) {
        return new ListEntry(Cidr.parse(cidr), new Rule("default", "loopback may call while there is no allow list"));
    }

    private static RangeTable<Verdict> table(
            List<ListEntry> entries, boolean v4, Function<ListEntry, Verdict> verdict) {
        return RangeTable.of(entries.stream().filter(e -> e.cidr().v4() == v4).toList(), verdict);
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
        return octets.length == 4 || mapped
                ? decide(deny4, allow4, 0, low & 0xffff_ffffL)
                : decide(deny6, allow6, high, low);
    }

    private Verdict decide(RangeTable<Verdict> denied, RangeTable<Verdict> allowed, long high, long low) {
        Verdict verdict = denied.find(high, low);
        if (verdict == null) {
            verdict = allowed.find(high, low);
        }
        return verdict == null ? otherwise : verdict;
    }

    /** Allow entries that lie whole in a deny entry, and so allow nobody, each with the rule that denies it. */
    public Map<ListEntry, Rule> allowedInVain() {
        Map<Cidr, Rule> denied = new HashMap<>();
        deny.forEach(entry -> denied.putIfAbsent(entry.cidr(), entry.rule()));
        Map<ListEntry, Rule> inVain = new LinkedHashMap<>();
        for (ListEntry entry : allow.orElse(List.of())) {
            for (int prefix = entry.cidr().prefix(); prefix >= 0; prefix--) {
                Rule by = denied.get(entry.cidr().widened(prefix));
                if (by != null) {
                    inVain.put(entry, by);
                    break;
                }
            }
        }
        return inVain;
    }

    /** What was compiled; empty when there is no allow list at all. */
    public Optional<List<ListEntry>> allow() {
        return allow;
    }

    /** What was compiled. */
    public List<ListEntry> deny() {
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
        return "IpRules[allow=" + allow.map(List::size).map(String::valueOf).orElse("loopback") + ", deny="
                + deny.size() + "]";
    }
}
