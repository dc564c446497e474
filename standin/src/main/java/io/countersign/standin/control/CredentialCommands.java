package io.countersign.standin.control;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.countersign.standin.json.Json;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.Credentials;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Changes to the known credentials by JSON; secrets and tokens go in and never out. */
final class CredentialCommands {
    private static final Set<String> KNOWN =
            Set.of("action", "accessKey", "secretKey", "token", "expiresAt", "expiresInSeconds");

    private final Credentials credentials;
    private final Clock clock;

    CredentialCommands(Credentials credentials, Clock clock) {
        this.credentials = credentials;
        this.clock = clock;
    }

    List<Map<String, Object>> list() {
        return credentials.all().stream().map(CredentialCommands::view).toList();
    }

    private static Map<String, Object> view(Credential credential) {
        Map<String, Object> view = new TreeMap<>();
        view.put("accessKey", credential.accessKey());
        view.put("token", credential.token().isPresent());
        credential.expiry().ifPresent(at -> view.put("expiresAt", at.toString()));
        return view;
    }

    void apply(String text) {
        Config json = Json.read(text);
        for (String key : json.root().keySet()) {
            if (!KNOWN.contains(key)) {
                throw new IllegalArgumentException("unknown key '" + key + "'; known are " + KNOWN);
            }
        }
        try {
            apply(json);
        } catch (ConfigException | DateTimeParseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void apply(Config json) {
        String action = json.hasPath("action") ? json.getString("action") : "add";
        String accessKey = json.getString("accessKey");
        switch (action) {
            case "add" -> credentials.add(read(json));
            case "replace" -> credentials.replaceAll(read(json));
            case "expire" ->
                demandKnown(
                        accessKey, credentials.expire(accessKey, expiry(json).orElse(clock.instant())));
            case "remove" -> demandKnown(accessKey, credentials.remove(accessKey));
            default ->
                throw new IllegalArgumentException(
                        "'action' is '" + action + "', it takes one of add, replace, expire, remove");
        }
    }

    private Credential read(Config json) {
        return new Credential(
                json.getString("accessKey"),
                json.getString("secretKey"),
                json.hasPath("token") ? Optional.of(json.getString("token")) : Optional.empty(),
                expiry(json));
    }

    private Optional<Instant> expiry(Config json) {
        if (json.hasPath("expiresInSeconds")) {
            return Optional.of(clock.instant().plusSeconds(json.getLong("expiresInSeconds")));
        }
        return json.hasPath("expiresAt") ? Optional.of(Instant.parse(json.getString("expiresAt"))) : Optional.empty();
    }

    private static void demandKnown(String accessKey, boolean known) {
        if (!known) {
            throw new IllegalArgumentException("no credential has the access key '" + accessKey + "'");
        }
    }
}
