package io.countersign.gateway.approval;

import io.countersign.proxy.settings.ExtensionConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.Set;

/**
 * What of a configuration is about approval.
 *
 * @param routes names of those that only approved callers may use
 * @param asksUnlisted whether callers that no list names may be approved
 */
public record ApprovalSettings(ApprovalConfig config, Set<String> routes, boolean asksUnlisted)
        implements ExtensionConfig {
    /** Nobody has to be approved. */
    public static final ApprovalSettings UNUSED = new ApprovalSettings(ApprovalConfig.UNUSED, Set.of(), false);

    public ApprovalSettings {
        routes = Set.copyOf(routes);
    }

    /** The core's configuration with this. */
    public ProxyConfig on(ProxyConfig core) {
        ProxyConfig whole = core.with(this);
        return asksUnlisted ? whole.with(whole.access().asking()) : whole;
    }

    boolean isUsed() {
        return asksUnlisted || !routes.isEmpty();
    }
}
