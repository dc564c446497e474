package io.countersign.gateway.tenant;

import io.countersign.proxy.caller.Caller;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whose requests are a tenant's: a caller must fit every criterion.
 *
 * @param criteria at least one, of each kind at most one
 */
record TenantMatch(List<Criterion> criteria) {
    TenantMatch {
        criteria = List.copyOf(criteria);
    }

    boolean fits(Caller caller) {
        for (Criterion each : criteria) {
            if (!each.fits(caller)) {
                return false;
            }
        }
        return true;
    }

    /**
     * What a request may have that fits both, for a message; empty where their texts show nothing.
     *
     * @param what they have in common
     * @param certain the one asks for nothing that the other does not ask for too, and there are callers who fit both
     */
    record Overlap(String what, boolean certain) {}

    Optional<Overlap> overlap(TenantMatch other) {
        Set<Criterion.Kind> mine = kinds();
        Set<Criterion.Kind> theirs = other.kinds();
        if (excludes(mine, theirs) || excludes(theirs, mine)) {
            return Optional.empty();
        }
        StringBuilder what = new StringBuilder();
        boolean certain = mine.containsAll(theirs) || theirs.containsAll(mine);
        for (Criterion one : criteria) {
            Optional<Criterion> same = other.criterion(one.kind());
            if (same.isPresent()) {
                Optional<Criterion.Common> common = one.common(same.get());
                if (common.isEmpty()) {
                    return Optional.empty();
                }
                what.append(what.isEmpty() ? "" : " and ").append(common.get().what());
                certain &= common.get().certain();
            }
        }
        return Optional.of(new Overlap(what.toString(), certain));
    }

    Optional<Criterion> criterion(Criterion.Kind kind) {
        return criteria.stream().filter(each -> each.kind() == kind).findFirst();
    }

    private Set<Criterion.Kind> kinds() {
        Set<Criterion.Kind> kinds = EnumSet.noneOf(Criterion.Kind.class);
        criteria.forEach(each -> kinds.add(each.kind()));
        return kinds;
    }

    /** Who has a user has come by a Unix socket, so without an address and without TLS. */
    static boolean excludes(Set<Criterion.Kind> some, Set<Criterion.Kind> others) {
        return some.contains(Criterion.Kind.USER)
                && (others.contains(Criterion.Kind.ADDRESS) || others.contains(Criterion.Kind.CERTIFICATE));
    }
}
