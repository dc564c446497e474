package io.countersign.gateway.tenant;

import io.countersign.gateway.identity.IdentityConfig;
import io.countersign.gateway.identity.kubernetes.ServiceAccountPattern;
import io.countersign.proxy.access.CertificatePattern;
import io.countersign.proxy.access.UserRules;
import io.countersign.proxy.caller.UnixUser;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.listen.tls.ClientAuth;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.secrets.Quoted;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads whose requests are a tenant's. */
final class MatchReader {
    private static final List<String> KEYS =
            List.of("tokens", "service-accounts", "certificates", "users", "addresses", "listeners");

    private final Set<String> tokens;
    private final boolean accounts;
    private final Map<String, ListenerConfig> listeners;
    private final UnknownKeys unknown;

    /** @param identity by what callers are known */
    MatchReader(IdentityConfig identity, List<ListenerConfig> listeners, UnknownKeys unknown) {
        this.tokens = new LinkedHashSet<>();
        identity.tokens().tokens().stream()
                .filter(token -> token.role().isEmpty())
                .forEach(token -> tokens.add(token.name()));
        this.accounts = identity.kubernetes().isPresent();
        this.listeners = new LinkedHashMap<>();
        listeners.forEach(each -> this.listeners.put(each.bind().toString(), each));
        this.unknown = unknown;
    }

    /** After a fault, without what is faulty. */
    TenantMatch read(Section tenant) {
        Section match = tenant.section("match");
        List<Criterion> criteria = new ArrayList<>();
        identities(match).ifPresent(criteria::add);
        Set<CertificatePattern> certificates = match.parsedAll("certificates", CertificatePattern::parse);
        if (!certificates.isEmpty()) {
            criteria.add(new CertificateCriterion(List.copyOf(certificates)));
        }
        Set<UnixUser> users = users(match);
        if (!users.isEmpty()) {
            criteria.add(new UserCriterion(users));
        }
        AddressLists.read(match, "addresses")
                .filter(networks -> !networks.isEmpty())
                .map(AddressCriterion::new)
                .ifPresent(criteria::add);
        Set<String> binds = listeners(match);
        if (!binds.isEmpty()) {
            criteria.add(new ListenerCriterion(binds));
        }
        match.rejectUnknown(unknown);
        check(tenant, match, criteria);
        warnOfNobody(match, criteria, binds.isEmpty() ? listeners.keySet() : binds);
        return new TenantMatch(criteria);
    }

    /** A listener may be added later, so this is no fault. */
    private void warnOfNobody(Section match, List<Criterion> criteria, Set<String> binds) {
        List<ListenerConfig> open =
                binds.stream().map(listeners::get).filter(Objects::nonNull).toList();
        for (Criterion each : open.isEmpty() ? List.<Criterion>of() : criteria) {
            String needed = switch (each.kind()) {
                case USER -> "users come by a Unix socket alone";
                case ADDRESS -> "who comes by a Unix socket has no address";
                case CERTIFICATE -> "certificates are asked for by tls.client-auth alone";
                case IDENTITY, LISTENER -> "";
            };
            if (!needed.isEmpty() && open.stream().noneMatch(listener -> brings(each.kind(), listener))) {
                match.faults()
                        .warn(
                                match.where(each.kind().keys()),
                                "can fit nobody: " + needed + ", and "
                                        + open.stream()
                                                .map(listener -> listener.bind().toString())
                                                .collect(Collectors.joining(", "))
                                        + (open.size() == 1 ? " is not such a listener" : " are not such listeners"));
            }
        }
    }

    private static boolean brings(Criterion.Kind kind, ListenerConfig listener) {
        boolean unix = listener.bind() instanceof Bind.Unix;
        return switch (kind) {
            case USER -> unix;
            case ADDRESS -> !unix;
            case CERTIFICATE ->
                listener.tls().filter(tls -> tls.clientAuth() != ClientAuth.OFF).isPresent();
            case IDENTITY, LISTENER -> true;
        };
    }

    private void check(Section tenant, Section match, List<Criterion> criteria) {
        for (String key : KEYS) {
            if (!match.isByDefault(key) && match.sound() && match.texts(key).isEmpty()) {
                match.fault(
                        key,
                        "is empty, so it would be no condition; write whose requests are the tenant's, or take it out");
            }
        }
        if (criteria.isEmpty() && match.sound()) {
            tenant.fault(
                    "match",
                    "says nothing, so every request would be this tenant's, also one of a caller that was forgotten elsewhere;"
                            + " write one or more of " + String.join(", ", KEYS));
        }
        Set<Criterion.Kind> kinds = EnumSet.noneOf(Criterion.Kind.class);
        criteria.forEach(each -> kinds.add(each.kind()));
        if (TenantMatch.excludes(kinds, kinds)) {
            match.fault(
                    "users",
                    "is about callers by a Unix socket, who have neither an address nor a certificate, and a caller must fit all"
                            + " that match says; write two tenants");
        }
    }

    private Optional<Criterion> identities(Section match) {
        Set<String> names = new LinkedHashSet<>();
        for (Setting token : match.texts("tokens")) {
            names.add(token.text());
            if (!tokens.contains(token.text())) {
                // No fault: whoever removes a token must not be kept from it by a tenant that still names it.
                match.faults()
                        .warn(
                                match.where("tokens"),
                                "there is no token " + token.quoted() + " of a caller in tokens-file, so nobody fits it"
                                        + NearestKey.hint(token.text(), tokens));
            }
        }
        Set<ServiceAccountPattern> patterns = match.parsedAll("service-accounts", ServiceAccountPattern::parse);
        if (!patterns.isEmpty() && !accounts) {
            match.fault(
                    "service-accounts",
                    "can fit nobody, since their tokens are not read; set identity.kubernetes.issuer to the cluster's issuer");
        }
        return names.isEmpty() && patterns.isEmpty()
                ? Optional.empty()
                : Optional.of(new IdentityCriterion(names, List.copyOf(patterns)));
    }

    private static Set<UnixUser> users(Section match) {
        return match.parsedAll(
                "users",
                text -> UserRules.find(text)
                        .orElseThrow(() -> new IllegalArgumentException(Quoted.of(text)
                                + " is not a user of this system; write a name from /etc/passwd, or the user's number, such"
                                + " as 1000")));
    }

    private Set<String> listeners(Section match) {
        Set<String> binds = new LinkedHashSet<>();
        for (Setting written : match.texts("listeners")) {
            String bind = normal(written.text());
            binds.add(bind);
            if (!listeners.isEmpty() && !listeners.containsKey(bind)) {
                match.fault(
                        "listeners",
                        written.quoted() + " is not the bind of a listener"
                                + NearestKey.hint(bind, listeners.keySet()));
            }
        }
        return binds;
    }

    private static String normal(String text) {
        if (text.startsWith("unix:")) {
            return text;
        }
        try {
            HostPort port = Hosts.hostPort(text, 0, -1);
            return port.toString();
        } catch (IllegalArgumentException e) {
            // No listener is bound so, which is said by who looks for one.
            return text;
        }
    }
}
