package io.countersign.proxy.caller;

import java.util.Optional;

/**
 * What has been learnt about a caller beyond its connection.
 *
 * @param identity who it has shown to be
 * @param tenant name of the tenant that its requests belong to
 */
public record Attribution(Optional<Identity> identity, Optional<String> tenant) {
    /** Nothing. */
    public static final Attribution NONE = new Attribution(Optional.empty(), Optional.empty());

    /** That it is this one. */
    public static Attribution of(Identity identity) {
        return new Attribution(Optional.of(identity), Optional.empty());
    }

    /** That it belongs to this tenant. */
    public static Attribution ofTenant(String name) {
        return new Attribution(Optional.empty(), Optional.of(name));
    }

    /** Both this and what was learnt later, which has the last word. */
    public Attribution and(Attribution later) {
        if (later.equals(NONE)) {
            return this;
        }
        return new Attribution(later.identity.or(() -> identity), later.tenant.or(() -> tenant));
    }
}
