package io.countersign.gateway.tenant;

import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.WebIdentity;
import java.util.Optional;

/** A role that is assumed under a tenant's name, so that AWS's own logs show for whom. */
final class RoleOfTenant {
    private RoleOfTenant() {}

    /** Credentials of a name of their own; empty where they are none of a role. */
    static Optional<CredentialsConfig> of(CredentialsConfig credentials, String tenant) {
        String name = credentials.name() + "@" + tenant;
        if (credentials.assumeRole().isPresent()) {
            AssumeRole role = credentials.assumeRole().get();
            AssumeRole own = new AssumeRole(
                    role.roleArn(), role.externalId(), tenant, role.durationSeconds(), role.tags(), role.sts());
            return Optional.of(
                    new CredentialsConfig(name, credentials.provider(), Optional.of(own), credentials.identify()));
        }
        if (credentials.provider() instanceof WebIdentity web) {
            WebIdentity own = new WebIdentity(web.tokenFile(), web.roleArn(), tenant, web.durationSeconds(), web.sts());
            return Optional.of(new CredentialsConfig(name, own, Optional.empty(), credentials.identify()));
        }
        return Optional.empty();
    }
}
