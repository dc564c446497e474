package io.countersign.proxy.credentials;

import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.credentials.CredentialsConfig.ProviderConfig;
import io.countersign.sigv4.AwsCredentials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads which provider one set of credentials comes from: set by {@code type}, or implied by the other settings. No message
 * repeats a key, a secret or a token.
 */
final class ProviderReader {
    /** The keys that decide on a provider; beside another's name they contradict it. */
    static final List<String> KEYS = List.of(
            "type", "profile", "access-key-id", "secret-access-key", "session-token", "web-identity-token-file");

    /** Not IAM's pattern but what a credential scope can carry, since stand-ins choose their own. */
    private static final Pattern ACCESS_KEY_ID = Pattern.compile("\\w{4,128}");

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    private enum Type {
        DEFAULT,
        ENVIRONMENT,
        PROFILE,
        STATIC,
        WEB_IDENTITY,
        CONTAINER,
        INSTANCE
    }

    private static final Map<String, Type> TYPES = Map.of(
            "default", Type.DEFAULT,
            "environment", Type.ENVIRONMENT,
            "profile", Type.PROFILE,
            "static", Type.STATIC,
            "web-identity", Type.WEB_IDENTITY,
            "container", Type.CONTAINER,
            "instance", Type.INSTANCE);

    private final ReferredFiles referred;

    ProviderReader(ReferredFiles referred) {
        this.referred = referred;
    }

    ProviderConfig read(Section section) {
        Optional<AwsCredentials> keys = keys(section);
        boolean fixed =
                section.has("access-key-id") || section.has("secret-access-key") || section.has("session-token");
        Optional<Setting> profile = section.text("profile");
        boolean web = section.has("web-identity-token-file");
        if (profile.isPresent() && fixed) {
            section.fault("profile", "stands beside keys; keep one of them");
        } else if (web && (fixed || profile.isPresent())) {
            section.fault("web-identity-token-file", "stands beside keys or a profile; keep one of them");
        }
        Type implied =
                web ? Type.WEB_IDENTITY : profile.isPresent() ? Type.PROFILE : fixed ? Type.STATIC : Type.DEFAULT;
        Type type = section.has("type") ? type(section, implied) : implied;
        return switch (type) {
            case ENVIRONMENT -> new CredentialsConfig.EnvironmentVariables();
            case CONTAINER -> new CredentialsConfig.Container();
            case INSTANCE -> new CredentialsConfig.Instance();
            case PROFILE -> profile(section, profile);
            case STATIC ->
                keys.<ProviderConfig>map(CredentialsConfig.Static::new).orElseGet(CredentialsConfig.DefaultChain::new);
            case WEB_IDENTITY -> new RoleReader(section).webIdentity(referred);
            case DEFAULT -> new CredentialsConfig.DefaultChain();
        };
    }

    private static Type type(Section section, Type implied) {
        Type chosen = section.choice("type", TYPES);
        if (chosen == null || chosen == implied) {
            return implied;
        }
        if (implied != Type.DEFAULT) {
            section.fault(
                    "type", "contradicts the keys beside it, which make it " + word(implied) + "; keep one of them");
            return implied;
        }
        if (chosen == Type.STATIC) {
            section.fault("type", "static needs access-key-id and secret-access-key; set them");
            return implied;
        }
        if (chosen == Type.WEB_IDENTITY) {
            section.fault("type", "web-identity needs web-identity-token-file and role-arn; set them");
            return implied;
        }
        return chosen;
    }

    private static String word(Type type) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static ProviderConfig profile(Section section, Optional<Setting> profile) {
        if (profile.isEmpty()) {
            section.fault("type", "profile needs its name; set profile = NAME");
        } else if (profile.get().text().isBlank()) {
            section.fault("profile", "is empty; name a profile of the shared AWS configuration files");
        }
        return new CredentialsConfig.Profile(profile.map(Setting::text).orElse(""));
    }

    private Optional<AwsCredentials> keys(Section section) {
        Optional<String> id = secret(section, "access-key-id", ACCESS_KEY_ID);
        Optional<String> secret = secret(section, "secret-access-key", VISIBLE);
        Optional<String> token = secret(section, "session-token", VISIBLE);
        boolean any = section.has("access-key-id") || section.has("secret-access-key") || section.has("session-token");
        if (any && !section.has("access-key-id")) {
            section.fault("access-key-id", "is missing; keys are access-key-id and secret-access-key together");
        }
        if (any && !section.has("secret-access-key")) {
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
        return id.isPresent() && secret.isPresent()
                ? Optional.of(new AwsCredentials(id.get(), secret.get(), token.orElse(null)))
                : Optional.empty();
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
}
