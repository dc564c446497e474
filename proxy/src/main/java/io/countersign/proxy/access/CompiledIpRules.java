package io.countersign.proxy.access;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.net.IpAddress;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

/**
 * Rules as tables, one for each address family. Deny wins whatever the prefix lengths, as in an API Gateway resource policy.
 *
 * <p>A verdict is made when its rule first decides, and the ones made last are kept, so that deciding for the callers that
 * come again and again allocates nothing of its own.
 */
public final class CompiledIpRules implements IpRules, KindRules {
    /** Callers of a sidecar are few, and each is decided by one rule. A power of two. */
    private static final int KEPT = 64;

    private static final long MILLIS = 1000;

    /** The lists, as entries of {@link #made} name them. */
    private static final int ALLOW = 0;

    private static final int DENY = 2;
    private static final int FORMER_DENY = 4;

    private static final Clock TIMELESS = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private static final Verdict UNKNOWN =
            new Verdict.Denied(new Rule(Rule.DEFAULT, "the caller's address is unknown"));

    private final Optional<IpList> allow;
    private final IpList deny;
    private final IpList formerDeny;
    private final IpList allowed;
    private final AccessMode mode;
    private final Clock clock;
    private final boolean timeless;
    private final Verdict otherwise;
    private final AtomicReferenceArray<Made> made = new AtomicReferenceArray<>(KEPT);

    /** @param entry its index and its table in one */
    private record Made(long entry, Verdict verdict) {}

    /**
     * Compiles the rules.
     *
     * @param allow empty: no allow list at all, so loopback only; an empty list: nobody
     * @param deny may be empty
     * @param mode what comes of a denial
     * @param clock says which entries have ended
     */
    public CompiledIpRules(Optional<IpList> allow, IpList deny, AccessMode mode, Clock clock) {
        this(allow, deny, IpList.empty(), mode, clock);
    }

    private CompiledIpRules(Optional<IpList> allow, IpList deny, IpList formerDeny, AccessMode mode, Clock clock) {
        this.allow = allow;
        this.deny = deny;
        this.formerDeny = formerDeny;
        this.mode = mode;
        this.clock = clock;
        allowed = allow.orElseGet(CompiledIpRules::loopback);
        timeless = Stream.of(deny, formerDeny, allowed)
                .noneMatch(list ->
                        list.table(true).hasExpiries() || list.table(false).hasExpiries());
        otherwise = mode.denial(new Rule(
                Rule.DEFAULT,
                allow.isPresent()
                        ? "in no allow list, and with an allow list everyone else is denied"
                        : "only loopback may call while there is no allow list"));
    }

    private static IpList loopback() {
        IpListBuilder builder = new IpListBuilder(
                new ListRoom(2 * ListRoom.V6_BYTES), TIMELESS, (file, where, reader) -> {}, (where, what) -> {});
        builder.add("default", "127.0.0.0/8");
        builder.add("default", "::1");
        return builder.build();
    }

    /** With the deny entries of {@code other} besides its own. Of two lists of which one denies all that the other does, one is kept. */
    CompiledIpRules denyingAs(CompiledIpRules other) {
        if (deny.covers(other.deny).count() == other.deny.size()) {
            return new CompiledIpRules(allow, deny, mode, clock);
        }
        boolean more = other.deny.covers(deny).count() == deny.size();
        return new CompiledIpRules(allow, other.deny, more ? IpList.empty() : deny, mode, clock);
    }

    @Override
    public boolean choosesCallers() {
        return allow.isPresent();
    }

    @Override
    public Optional<Verdict> judge(Caller caller) {
        return caller.address().map(this::decide);
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
        // An entry acts to its end by the second, without anything being read anew.
        long now = timeless ? 0 : clock.millis() / MILLIS;
        int denied = deny.table(v4).find(high, low, now);
        if (denied != RangeTable.NONE) {
            return verdict(DENY, v4, denied);
        }
        int formerly = formerDeny.table(v4).find(high, low, now);
        if (formerly != RangeTable.NONE) {
            return verdict(FORMER_DENY, v4, formerly);
        }
        int found = allowed.table(v4).find(high, low, now);
        return found == RangeTable.NONE ? otherwise : verdict(ALLOW, v4, found);
    }

    private Verdict verdict(int number, boolean v4, int index) {
        IpList list = number == ALLOW ? allowed : number == DENY ? deny : formerDeny;
        long entry = (long) index << 3 | number | (v4 ? 1 : 0);
        int slot = (int) entry & (KEPT - 1);
        Made kept = made.get(slot);
        if (kept != null && kept.entry == entry) {
            return kept.verdict;
        }
        Verdict verdict = number != ALLOW
                ? mode.denial(list.rule(list.table(v4), index))
                : new Verdict.Allowed(
                        allow.isPresent()
                                ? allowed.rule(allowed.table(v4), index)
                                : new Rule(Rule.DEFAULT, "loopback may call while there is no allow list"));
        made.set(slot, new Made(entry, verdict));
        return verdict;
    }

    @Override
    public AccessMode mode() {
        return mode;
    }

    /** Allow entries that lie whole in a deny entry, and so allow nobody for as long as they last, each with what denies it. */
    public Stream<Covered> allowedInVain() {
        return allow.stream().flatMap(deny::covers);
    }

    /** Entries that lie whole in a wider one of the same list, and so change nothing, each with that one. */
    public Stream<Covered> shadowed() {
        return Stream.concat(Stream.of(deny), allow.stream()).flatMap(IpList::covered);
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
        return other instanceof CompiledIpRules rules
                && mode == rules.mode
                && allow.equals(rules.allow)
                && deny.equals(rules.deny)
                && formerDeny.equals(rules.formerDeny);
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
