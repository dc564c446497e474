package io.countersign.proxy.credentials;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Named;
import io.countersign.proxy.credentials.CredentialsConfig.ProviderConfig;
import io.countersign.proxy.credentials.CredentialsConfig.WebIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the named sets of credentials, and ties those together that assume roles one after another. */
public final class CredentialsReader {
    /** "Roles terms and concepts: role chaining" in the IAM User Guide. */
    private static final Duration LONGEST_CHAINED = Duration.ofHours(1);

    private final ConfigObject defaults;
    private final ConfigObject roleDefaults;
    private final ProviderReader providers;
    private final UnknownKeys unknown;

    private final Map<String, One> named = new LinkedHashMap<>();
    private final Map<String, CredentialsConfig> tied = new LinkedHashMap<>();

    /** What stands under one name; {@code other} is the name that its {@code source} has. */
    private record One(
            Section section,
            ProviderConfig provider,
            Optional<AssumeRole> role,
            Optional<Setting> other,
            boolean identify) {}

    /**
     * Begins with what each set starts from.
     *
     * @param defaults of each
     * @param roleDefaults of those that assume a role
     */
    public CredentialsReader(
            ConfigObject defaults, ConfigObject roleDefaults, ReferredFiles referred, UnknownKeys unknown) {
        this.defaults = defaults;
        this.roleDefaults = roleDefaults;
        this.providers = new ProviderReader(referred);
        this.unknown = unknown;
    }

    public Map<String, CredentialsConfig> read(Section all) {
        for (String name : all.names()) {
            Section written = all.section(name).withDefaults(defaults);
            Section section = written.has("role-arn") ? written.withDefaults(roleDefaults) : written;
            ProviderConfig provider = providers.read(section);
            boolean web = provider instanceof WebIdentity;
            Optional<AssumeRole> role = web ? Optional.empty() : new RoleReader(section).assumeRole(unknown);
            named.put(name, new One(section, provider, role, section.text("source"), section.flag("identify")));
            section.rejectUnknown(unknown);
        }
        named.keySet().forEach(name -> tie(name, new ArrayList<>()));
        return tied;
    }

    /** @param above the names that lead here, so that a circle is seen */
    private CredentialsConfig tie(String name, List<String> above) {
        CredentialsConfig done = tied.get(name);
        if (done != null) {
            return done;
        }
        One one = named.get(name);
        ProviderConfig provider = one.provider();
        if (one.other().isPresent()) {
            above.add(name);
            provider = base(one, one.other().get(), above)
                    .<ProviderConfig>map(Named::new)
                    .orElse(provider);
        }
        CredentialsConfig config = new CredentialsConfig(name, provider, one.role(), one.identify());
        tied.put(name, config);
        return config;
    }

    private Optional<CredentialsConfig> base(One one, Setting other, List<String> above) {
        Section section = one.section();
        if (ProviderReader.KEYS.stream().anyMatch(section::has)) {
            section.fault("source", "stands beside keys, a profile or a type of its own; keep one of them");
        } else if (!named.containsKey(other.text())) {
            section.fault(
                    "source",
                    "there are no credentials " + other.quoted() + NearestKey.hint(other.text(), named.keySet()));
        } else if (one.role().isEmpty()) {
            section.fault("source", "is for assuming a role; set role-arn, or let the route name " + other.quoted());
        } else if (above.contains(other.text())) {
            section.fault(
                    "source",
                    "leads in a circle, " + String.join(", ", above) + ", " + other.text()
                            + "; let one of them have keys, a profile or a type instead");
        } else {
            CredentialsConfig base = tie(other.text(), above);
            boolean chained = base.assumeRole().isPresent() || base.provider() instanceof WebIdentity;
            if (chained && one.role().get().durationSeconds() > LONGEST_CHAINED.toSeconds()) {
                section.fault(
                        "duration",
                        "is more than " + Units.text(LONGEST_CHAINED)
                                + ", which is all that STS grants a role assumed by" + " a role (" + other.quoted()
                                + "); write less");
            }
            return Optional.of(base);
        }
        return Optional.empty();
    }
}
