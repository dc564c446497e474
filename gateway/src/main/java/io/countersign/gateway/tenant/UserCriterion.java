package io.countersign.gateway.tenant;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.UnixUser;
import java.util.Optional;
import java.util.Set;

/** Callers by the user who has connected to a Unix socket. */
record UserCriterion(Set<UnixUser> users) implements Criterion {
    UserCriterion {
        users = Set.copyOf(users);
    }

    @Override
    public Kind kind() {
        return Kind.USER;
    }

    @Override
    public boolean fits(Caller caller) {
        return caller.user().filter(users::contains).isPresent();
    }

    @Override
    public Optional<Common> common(Criterion other) {
        return other instanceof UserCriterion more
                ? users.stream()
                        .filter(more.users::contains)
                        .map(UnixUser::name)
                        .sorted()
                        .findFirst()
                        .map(user -> Common.certainly("the user " + user))
                : Optional.empty();
    }
}
