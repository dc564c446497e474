package io.countersign.gateway.tenant;

import com.typesafe.config.ConfigObject;
import io.countersign.gateway.identity.IdentityConfig;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.net.Networks;
import io.countersign.proxy.route.HeadersReader;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.FurtherSettings;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the tenants, and makes for each the credentials that it is to have under its own name. */
public final class TenantsReader {
    /** Each is a label of several metrics, and each pair is compared for overlaps. */
    static final int MAX_TENANTS = 500;

    /** Goes into log lines, metrics and the names of sessions; STS wants 2 to 64 characters of these. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{2,64}");

    private final ConfigObject defaults;
    private final UnknownKeys unknown;
    private final HeadersReader headers;
    private final ProxyConfig core;
    private final MatchReader matches;
    private final Map<String, CredentialsConfig> made = new LinkedHashMap<>();

    /** What was read. */
    public record Read(TenantsConfig tenants, Map<String, CredentialsConfig> credentials) {}

    /**
     * Makes a reader.
     *
     * @param defaults of each tenant
     * @param core what the core has read
     * @param identity by what callers are known
     */
    public TenantsReader(ConfigObject defaults, FurtherSettings.Load load, ProxyConfig core, IdentityConfig identity) {
        this.defaults = defaults;
        this.unknown = load.unknown();
        this.headers = new HeadersReader(load.files(), load.unknown());
        this.core = core;
        this.matches = new MatchReader(identity, core.listeners(), load.unknown());
    }

    /** @param all the section with all tenants */
    public Read read(Section all) {
        List<TenantConfig> tenants = new ArrayList<>();
        Map<String, Section> sections = new LinkedHashMap<>();
        for (String name : all.names()) {
            Section written = all.section(name);
            if (all.isObject(name)) {
                Section tenant = written.withDefaults(defaults);
                sections.put(name, tenant);
                tenants.add(tenant(name, tenant));
            }
        }
        if (tenants.size() > MAX_TENANTS) {
            all.faults()
                    .add(
                            all.where(),
                            "has " + tenants.size() + " tenants, and at most " + MAX_TENANTS
                                    + " are taken; divide them between gateways");
        } else {
            Overlaps.report(tenants, sections);
        }
        return new Read(new TenantsConfig(tenants), made);
    }

    private TenantConfig tenant(String name, Section tenant) {
        if (!NAME.matcher(name).matches()) {
            tenant.faults()
                    .add(
                            tenant.where(),
                            "the name is shown in logs and metrics, and roles are assumed under it; write 2 to 64 letters,"
                                    + " digits, hyphens and underscores");
        }
        TenantMatch match = matches.read(tenant);
        Set<String> routes = routes(tenant);
        Section fields = tenant.section("headers");
        List<RouteConfig> own = core.routes().stream()
                .filter(route -> routes.contains(route.name()))
                .toList();
        boolean signed = own.stream().anyMatch(route -> route.signing().isPresent());
        List<RouteConfig.SetHeader> set = headers.set(fields, signed);
        fields.rejectUnknown(unknown);
        Optional<String> credentials =
                tenant.text("credentials").flatMap(written -> credentials(name, tenant, written));
        TenantRules rules = rules(name, tenant);
        TenantLimits limits = new LimitsReader(tenant, core.limits()).read(own);
        tenant.rejectUnknown(unknown);
        return new TenantConfig(name, match, rules, routes, credentials, set, limits);
    }

    private Set<String> routes(Section tenant) {
        List<String> known = core.routes().stream().map(RouteConfig::name).toList();
        Set<String> routes = new LinkedHashSet<>();
        for (Setting route : tenant.texts("routes")) {
            routes.add(route.text());
            if (!known.contains(route.text())) {
                tenant.fault("routes", "there is no route " + route.quoted() + NearestKey.hint(route.text(), known));
            }
        }
        if (routes.isEmpty() && tenant.sound()) {
            tenant.fault(
                    "routes",
                    "is empty, so no request of the tenant's could go anywhere; write the names of the routes that are for it,"
                            + " such as [" + String.join(", ", known) + "]");
        }
        return routes;
    }

    private Optional<String> credentials(String name, Section tenant, Setting written) {
        CredentialsConfig known = core.credentials().get(written.text());
        if (known == null) {
            tenant.fault(
                    "credentials",
                    "there are no credentials " + written.quoted()
                            + NearestKey.hint(written.text(), core.credentials().keySet()));
            return Optional.empty();
        }
        Optional<CredentialsConfig> own = RoleOfTenant.of(known, name);
        own.ifPresent(role -> {
            if (core.credentials().containsKey(role.name())) {
                tenant.fault(
                        "credentials",
                        "the tenant's own would have the name " + role.name()
                                + ", which others have already; give those another name");
            }
            made.put(role.name(), role);
        });
        return Optional.of(own.map(CredentialsConfig::name).orElse(known.name()));
    }

    private TenantRules rules(String name, Section tenant) {
        Section access = tenant.section("access");
        Networks allow = AddressLists.read(access, "allow").orElse(Networks.NONE);
        Networks deny = AddressLists.read(access, "deny").orElse(Networks.NONE);
        access.rejectUnknown(unknown);
        return new TenantRules(name, allow, deny);
    }
}
