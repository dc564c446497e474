package io.countersign.gateway.tenant;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.net.Networks;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Address rules of one tenant, beside those of all callers: both must allow. They judge callers that have an address.
 *
 * @param tenant its name
 * @param allow empty: any address
 */
record TenantRules(String tenant, Networks allow, Networks deny) {
    /** Why a caller of this tenant is turned away; empty when it may call. */
    Optional<Verdict.Denied> denial(Optional<InetAddress> caller) {
        if (caller.isEmpty() || (allow.isEmpty() && deny.isEmpty())) {
            return Optional.empty();
        }
        IpAddress address = IpAddress.of(caller.get());
        for (Cidr range : deny.ranges()) {
            if (range.contains(address)) {
                return Optional.of(new Verdict.Denied(new Rule(setting("deny"), range.toString())));
            }
        }
        return allow.isEmpty() || allow.contains(address)
                ? Optional.empty()
                : Optional.of(new Verdict.Denied(new Rule(
                        Rule.DEFAULT,
                        "not in " + setting("allow") + ", and with such a list every other address is denied")));
    }

    private String setting(String key) {
        return "tenants." + tenant + ".access." + key;
    }
}
