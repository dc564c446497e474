package io.countersign.gateway.tenant;

import io.countersign.gateway.identity.kubernetes.ServiceAccount;
import io.countersign.gateway.identity.kubernetes.ServiceAccountPattern;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Callers by what they have shown in the request. A token and a service account of the same name are two. */
record IdentityCriterion(Set<String> tokens, List<ServiceAccountPattern> accounts) implements Criterion {
    IdentityCriterion {
        tokens = Set.copyOf(tokens);
        accounts = List.copyOf(accounts);
    }

    @Override
    public Kind kind() {
        return Kind.IDENTITY;
    }

    @Override
    public String keys() {
        return accounts.isEmpty() ? "tokens" : tokens.isEmpty() ? "service-accounts" : kind().keys();
    }

    @Override
    public boolean fits(Caller caller) {
        Optional<Identity> identity = caller.identity();
        if (identity.isEmpty()) {
            return false;
        }
        String name = identity.get().name();
        return switch (identity.get().kind()) {
            case TOKEN -> tokens.contains(name);
            case SERVICE_ACCOUNT -> fits(name);
        };
    }

    private boolean fits(String account) {
        int slash = account.indexOf('/');
        if (slash < 0) {
            return false;
        }
        ServiceAccount known = new ServiceAccount(account.substring(0, slash), account.substring(slash + 1));
        return accounts.stream().anyMatch(pattern -> pattern.matches(known));
    }

    @Override
    public Optional<Common> common(Criterion other) {
        if (!(other instanceof IdentityCriterion identities)) {
            return Optional.empty();
        }
        return tokens.stream()
                .filter(identities.tokens::contains)
                .sorted()
                .findFirst()
                .map(token -> Common.certainly("the token " + token))
                .or(() -> accounts.stream()
                        .filter(mine -> identities.accounts.stream().anyMatch(mine::overlaps))
                        .findFirst()
                        .map(account -> Common.certainly("service accounts of " + account)));
    }
}
