package io.countersign.proxy.config;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.config.CredentialsConfig.AssumeRole;
import io.countersign.proxy.config.CredentialsConfig.Source;
import io.countersign.sigv4.AwsKeys;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the named sets of credentials. Formats are those of the API references of STS ({@code AssumeRole}) and IAM
 * ({@code AccessKey}); no message repeats a key, a secret or a token.
 */
final class CredentialsReader {
    private static final Pattern ROLE_ARN = Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]{1,512}");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");
    /** Not IAM's pattern but what a credential scope can carry, since stand-ins choose their own. */
    private static final Pattern ACCESS_KEY_ID = Pattern.compile("\\w{4,128}");

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    private final ConfigObject roleDefaults;
    private final ReferredFiles referred;
    private final UnknownKeys unknown;

    CredentialsReader(ConfigObject roleDefaults, ReferredFiles referred, UnknownKeys unknown) {
        this.roleDefaults = roleDefaults;
        this.referred = referred;
        this.unknown = unknown;
    }

    Map<String, CredentialsConfig> read(Section all) {
        Map<String, CredentialsConfig> named = new LinkedHashMap<>();
        Map<String, Setting> sources = new LinkedHashMap<>();
        Map<String, Section> sections = new LinkedHashMap<>();
        for (String name : all.names()) {
            Section written = all.section(name);
            Section section = written.has("role-arn") ? written.withDefaults(roleDefaults) : written;
            sections.put(name, section);
            Source source = source(section);
            Optional<AssumeRole> role = role(section);
            section.text("source").ifPresent(other -> sources.put(name, other));
            section.rejectUnknown(unknown);
            named.put(name, new CredentialsConfig(name, source, role));
        }
        sources.forEach((name, other) -> named.computeIfPresent(
                name, (same, config) -> withSource(config, other, sections.get(name), named, sources)));
        return named;
    }

    private static CredentialsConfig withSource(
            CredentialsConfig config,
            Setting other,
            Section section,
            Map<String, CredentialsConfig> named,
            Map<String, Setting> sources) {
        CredentialsConfig base = named.get(other.text());
        if (Stream.of("profile", "access-key-id", "secret-access-key").anyMatch(section::has)) {
            section.fault("source", "stands beside keys or a profile; keep one of them");
        } else if (base == null) {
            section.fault(
                    "source",
                    "there are no credentials " + other.quoted() + NearestKey.hint(other.text(), named.keySet()));
        } else if (config.assumeRole().isEmpty()) {
            section.fault("source", "is for assuming a role; set role-arn, or let the route name " + other.quoted());
        } else if (base.assumeRole().isPresent() || sources.containsKey(other.text())) {
            section.fault(
                    "source",
                    other.quoted() + " assumes a role itself, and one role after another is not supported;"
                            + " name credentials without role-arn");
        } else {
            return new CredentialsConfig(config.name(), base.source(), config.assumeRole());
        }
        return config;
    }

    private Source source(Section section) {
        Optional<Setting> profile = section.text("profile");
        Optional<String> id = secret(section, "access-key-id", ACCESS_KEY_ID);
        Optional<String> secret = secret(section, "secret-access-key", VISIBLE);
        Optional<String> token = secret(section, "session-token", VISIBLE);
        boolean keys = section.has("access-key-id") || section.has("secret-access-key") || section.has("session-token");
        if (profile.isPresent() && keys) {
            section.fault("profile", "stands beside keys; keep one of them");
        }
        if (keys && !section.has("access-key-id")) {
            section.fault("access-key-id", "is missing; keys are access-key-id and secret-access-key together");
        }
        if (keys && !section.has("secret-access-key")) {
            section.fault("secret-access-key", "is missing; keys are access-key-id and secret-access-key together");
        }
        // "IAM identifiers" in the IAM User Guide: ASIA begins temporary keys, which are nothing without their token.
        if (id.filter(key -> key.startsWith("ASIA")).isPresent() && !section.has("session-token")) {
            section.fault(
                    "session-token", "is missing, and the access key is a temporary one (ASIA...); set its token");
        }
        if (id.filter(key -> key.startsWith("AKIA")).isPresent() && token.isPresent()) {
            section.faults()
                    .warn(
                            section.where("session-token"),
                            "belongs to temporary keys (ASIA...), and the access key is a long-lived one (AKIA...)");
        }
        if (profile.isPresent()) {
            if (profile.get().text().isBlank()) {
                section.fault("profile", "is empty; name a profile of the shared AWS configuration files");
            }
            return new CredentialsConfig.Profile(profile.get().text());
        }
        return id.isPresent() && secret.isPresent()
                ? new CredentialsConfig.Static(new AwsKeys(id.get(), secret.get(), token.orElse(null)))
                : new CredentialsConfig.DefaultChain();
    }

    private Optional<String> secret(Section section, String key, Pattern form) {
        return section.text(key).flatMap(referred::value).filter(value -> {
            boolean fits = form.matcher(value).matches();
            if (!fits) {
                section.fault(
                        key,
                        "is empty or holds characters that no key has, such as white space; write it as AWS gave it");
            }
            return fits;
        });
    }

    private static Optional<AssumeRole> role(Section section) {
        if (!section.has("role-arn")) {
            List.of("external-id", "session-name", "duration", "sts-region", "sts-endpoint")
                    .forEach(key -> {
                        if (section.has(key)) {
                            section.fault(key, "is for assuming a role; set role-arn too, or take it out");
                        }
                    });
            return Optional.empty();
        }
        Optional<String> arn =
                matching(section, "role-arn", ROLE_ARN, "is no role's ARN; write arn:aws:iam::ACCOUNT:role/NAME");
        Optional<String> externalId = matching(
                section,
                "external-id",
                EXTERNAL_ID,
                "is no external id; write 2 to 1224 of" + " letters, digits and + = , . @ : / -");
        Optional<String> name = matching(
                section,
                "session-name",
                SESSION_NAME,
                "is no session name; write 2 to 64 of" + " letters, digits and + = , . @ -");
        Duration duration = section.duration("duration", Duration.ofMinutes(15), Duration.ofHours(12));
        Optional<String> region =
                section.text("sts-region").flatMap(s -> SigningReader.region(section, "sts-region", s));
        Optional<String> endpoint = section.text("sts-endpoint").flatMap(s -> endpoint(section, s));
        return Optional.of(new AssumeRole(
                arn.orElse(""), externalId, name.orElse(""), (int) duration.toSeconds(), region, endpoint));
    }

    private static Optional<String> matching(Section section, String key, Pattern form, String otherwise) {
        Optional<Setting> setting = section.text(key);
        setting.filter(s -> !form.matcher(s.text()).matches())
                .ifPresent(s -> section.fault(key, s.quoted() + " " + otherwise));
        return setting.map(Setting::text);
    }

    private static Optional<String> endpoint(Section section, Setting setting) {
        try {
            URI uri = URI.create(setting.text());
            boolean plain = uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null;
            boolean safe = "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && plain && Hosts.isLoopback(Hosts.host(uri.getHost())));
            if (plain && safe) {
                return Optional.of(setting.text());
            }
        } catch (IllegalArgumentException e) {
            // Told below, as anything else that is no such URL.
        }
        section.fault(
                "sts-endpoint",
                "is no https URL of a host; write one such as https://sts.us-east-1.amazonaws.com"
                        + " (http is for loopback alone)");
        return Optional.empty();
    }
}
