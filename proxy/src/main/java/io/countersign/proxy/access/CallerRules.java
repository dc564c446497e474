package io.countersign.proxy.access;

import io.countersign.proxy.caller.Caller;
import java.util.List;
import java.util.Optional;

/**
 * The rules on who may call, of all kinds; immutable, and safe from any thread.
 *
 * <p>Within a kind any allow suffices. Across kinds any deny denies, and every kind that says who may call has to allow, if the
 * caller has what that kind goes by. What a kind says by default, such as that loopback alone may call, counts only while no other kind
 * says who may call. Resource policies are one more kind; they need a route, and are judged after these.
 */
public final class CallerRules {
    private static final Verdict UNKNOWN =
            new Verdict.Denied(new Rule(Rule.DEFAULT, "no rule can tell anything about the caller"));

    private final CompiledIpRules addresses;
    private final UserRules users;
    private final CertificateRules certificates;

    /** In the order in which they are judged: of two equally strict verdicts the first counts. */
    private final List<KindRules> kinds;

    public CallerRules(CompiledIpRules addresses, UserRules users, CertificateRules certificates) {
        this.addresses = addresses;
        this.users = users;
        this.certificates = certificates;
        this.kinds = List.of(addresses, users, certificates);
    }

    /** What is said of a caller by all kinds that apply to it. */
    public Verdict decide(Caller caller) {
        return decide(caller, kinds);
    }

    static Verdict decide(Caller caller, List<? extends KindRules> kinds) {
        Optional<Verdict> written = Optional.empty();
        Optional<Verdict> byDefault = Optional.empty();
        boolean chosen = false;
        for (KindRules kind : kinds) {
            Optional<Verdict> said = kind.judge(caller);
            if (said.isPresent()) {
                chosen |= kind.choosesCallers();
                if (kind.choosesCallers() || !said.get().by().isDefault()) {
                    written = both(written, said);
                } else {
                    byDefault = both(byDefault, said);
                }
            }
        }
        return (chosen ? written : both(written, byDefault)).orElse(UNKNOWN);
    }

    private static Optional<Verdict> both(Optional<Verdict> one, Optional<Verdict> other) {
        return one.isEmpty()
                ? other
                : other.isEmpty() ? one : Optional.of(one.get().and(other.get()));
    }

    /** The same with the deny entries of other rules, of each kind, in place of these. */
    CallerRules denyingAs(CallerRules other) {
        return new CallerRules(
                addresses.denyingAs(other.addresses),
                users.denyingAs(other.users),
                certificates.denyingAs(other.certificates));
    }

    public CompiledIpRules addresses() {
        return addresses;
    }

    public UserRules users() {
        return users;
    }

    public CertificateRules certificates() {
        return certificates;
    }

    /** What comes of a denial, by these rules or by a policy. */
    public AccessMode mode() {
        return addresses.mode();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CallerRules rules && kinds.equals(rules.kinds);
    }

    @Override
    public int hashCode() {
        return kinds.hashCode();
    }

    @Override
    public String toString() {
        return kinds.toString();
    }
}
