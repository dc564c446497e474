package io.countersign.proxy.access;

import io.countersign.proxy.caller.UnixUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The entries of the lists that change nothing for the same reason: all of them counted, the first of them named. Finding them
 * reads every list as a whole, so it is nothing for an event loop; {@link #of(CompiledIpRules, Listed, ListEntry, Instant)} asks of
 * one entry alone.
 */
public record IdleEntries(Why why, long count, List<Idle> first) {
    private static final int MAX = 20;

    public IdleEntries {
        first = List.copyOf(first);
    }

    /** Why an entry changes nothing. */
    public enum Why {
        /** It has ended. */
        EXPIRED,
        /** The same is written on another line, which lasts at least as long and decides. */
        DUPLICATE,
        /** A wider entry of the same list holds all of it, and lasts at least as long. */
        SHADOWED,
        /** It allows what a deny entry denies as a whole for at least as long, and deny wins. */
        CONTRADICTORY
    }

    /** The list that an entry is on. */
    public enum Listed {
        ALLOW,
        DENY
    }

    /**
     * An entry that changes nothing.
     *
     * @param by the entry on account of which; empty for one that has ended
     * @param until when it ends; empty for one that has no end, and for duplicates
     */
    public record Idle(Why why, Rule rule, Optional<Rule> by, Optional<Instant> until) {}

    /** Of all lists, a group for each reason that there is. */
    public static List<IdleEntries> of(CallerRules rules, Instant now) {
        CompiledIpRules addresses = rules.addresses();
        List<IpList> lists = Stream.concat(Stream.of(addresses.deny()), addresses.allow().stream())
                .toList();
        List<IdleEntries> all = new ArrayList<>();
        all.add(counted(
                Why.EXPIRED,
                lists.stream()
                        .mapToLong(list -> list.leftOut().expiredCount()
                                - list.leftOut().expired().size())
                        .sum(),
                lists.stream()
                        .flatMap(list -> Stream.concat(list.leftOut().expired().stream(), list.ended(now)))
                        .map(IdleEntries::expired)));
        all.add(counted(
                Why.DUPLICATE,
                lists.stream()
                        .mapToLong(list -> list.leftOut().repeatedCount()
                                - list.leftOut().repeated().size())
                        .sum(),
                lists.stream()
                        .flatMap(list -> list.leftOut().repeated().stream())
                        .map(each -> new Idle(
                                Why.DUPLICATE, each.entry().rule(), Optional.of(each.kept()), Optional.empty()))));
        all.add(counted(Why.SHADOWED, 0, covered(Why.SHADOWED, addresses.shadowed(), now)));
        all.add(counted(
                Why.CONTRADICTORY,
                0,
                Stream.of(
                                covered(Why.CONTRADICTORY, addresses.allowedInVain(), now),
                                rules.users().allow().keySet().stream()
                                        .flatMap(user -> of(rules.users(), user).stream()),
                                rules.certificates().allow().stream()
                                        .flatMap(entry -> of(rules.certificates(), entry).stream()))
                        .flatMap(each -> each)));
        return all.stream().filter(each -> each.count > 0).toList();
    }

    /** Of one entry, the first reason that applies: expired, contradictory, shadowed. Duplicates are not kept. */
    public static Optional<Idle> of(CompiledIpRules rules, Listed on, ListEntry entry, Instant now) {
        if (hasEnded(entry, now)) {
            return Optional.of(expired(entry));
        }
        Optional<Idle> contradictory = on == Listed.DENY
                ? Optional.empty()
                : rules.deny().holding(entry).map(by -> idle(Why.CONTRADICTORY, entry, by));
        return contradictory.or(() -> (on == Listed.DENY ? Optional.of(rules.deny()) : rules.allow())
                .flatMap(list -> list.wider(entry))
                .map(by -> idle(Why.SHADOWED, entry, by)));
    }

    /** Of a user that may call. */
    public static Optional<Idle> of(UserRules users, UnixUser user) {
        return Optional.ofNullable(users.deny().get(user))
                .map(by -> new Idle(
                        Why.CONTRADICTORY, users.allow().get(user).rule(), Optional.of(by.rule()), Optional.empty()));
    }

    /** Of an entry of certificates that may call: denied by one that is written alike, as far as can be said without a certificate. */
    public static Optional<Idle> of(CertificateRules certificates, CertificateRules.Entry allowed) {
        return certificates.deny().stream()
                .filter(each -> each.pattern().equals(allowed.pattern()))
                .findFirst()
                .map(by -> new Idle(Why.CONTRADICTORY, allowed.rule(), Optional.of(by.rule()), Optional.empty()));
    }

    private static Stream<Idle> covered(Why why, Stream<Covered> all, Instant now) {
        return all.filter(each -> !hasEnded(each.entry(), now)).map(each -> idle(why, each.entry(), each.by()));
    }

    private static boolean hasEnded(ListEntry entry, Instant now) {
        return entry.until().filter(end -> !now.isBefore(end)).isPresent();
    }

    private static Idle expired(ListEntry entry) {
        return new Idle(Why.EXPIRED, entry.rule(), Optional.empty(), entry.until());
    }

    private static Idle idle(Why why, ListEntry entry, Rule by) {
        return new Idle(why, entry.rule(), Optional.of(by), entry.until());
    }

    private static IdleEntries counted(Why why, long others, Stream<Idle> all) {
        List<Idle> first = new ArrayList<>();
        long count = others;
        for (Iterator<Idle> each = all.iterator(); each.hasNext(); count++) {
            Idle idle = each.next();
            if (first.size() < MAX) {
                first.add(idle);
            }
        }
        return new IdleEntries(why, count, first);
    }
}
