package io.countersign.gateway.settings;

import com.typesafe.config.ConfigObject;
import io.countersign.gateway.approval.ApprovalReader;
import io.countersign.gateway.approval.ApprovalSettings;
import io.countersign.gateway.calls.CallsConfig;
import io.countersign.gateway.calls.CallsReader;
import io.countersign.gateway.console.config.ConsoleConfig;
import io.countersign.gateway.console.config.ConsoleReader;
import io.countersign.gateway.identity.IdentityConfig;
import io.countersign.gateway.identity.IdentityReader;
import io.countersign.gateway.lifecycle.LifecycleConfig;
import io.countersign.gateway.lifecycle.LifecycleReader;
import io.countersign.gateway.quota.QuotaConfig;
import io.countersign.gateway.quota.QuotaReader;
import io.countersign.gateway.tenant.TenantsReader;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Kinds;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.limit.Aside;
import io.countersign.proxy.settings.FurtherSettings;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** Reads the gateway's settings, part by part. */
public final class GatewaySettings implements FurtherSettings {
    private static final FurtherKeys KEYS =
            FurtherKeys.of(defaults(), Kinds.read(GatewaySettings.class, "/gateway-kinds.txt"));

    @Override
    public FurtherKeys keys() {
        return KEYS;
    }

    @Override
    public Aside aside(ConfigObject settings) {
        return GatewayMemory.of(settings, KEYS);
    }

    @Override
    public Optional<ProxyConfig> read(Load load) {
        Section root = new Section("", load.settings(), load.name(), load.faults());
        IdentityConfig identity = new IdentityReader(KEYS, load).read(root);
        LifecycleConfig lifecycle = new LifecycleReader(KEYS, load.unknown()).read(root);
        QuotaConfig quotas = QuotaReader.read(section(root, "quotas"), load.files(), load.unknown());
        CallsConfig calls = CallsReader.read(section(root, "calls"), load.unknown());
        ApprovalSettings approval =
                ApprovalReader.read(root, KEYS, quotas.shared().isPresent(), load);
        Optional<ConsoleConfig> console = new ConsoleReader(KEYS, load).read(root);
        return load.core().map(core -> {
            TenantsReader.Read tenants =
                    new TenantsReader(KEYS.each("tenant"), load, core, identity).read(root.section("tenants"));
            return approval.on(core.with(tenants.credentials())
                    .with(new GatewayConfig(identity, lifecycle, quotas, tenants.tenants(), calls, console)));
        });
    }

    /** With the defaults of what is missing in it. */
    private static Section section(Section root, String name) {
        return root.section(name).withDefaults(KEYS.defaults(name));
    }

    private static String defaults() {
        try (InputStream in = GatewaySettings.class.getResourceAsStream("/gateway.conf")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("our own jar cannot be read", e);
        }
    }
}
