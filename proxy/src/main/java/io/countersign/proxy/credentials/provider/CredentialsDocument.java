package io.countersign.proxy.credentials.provider;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueType;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Principal;
import io.countersign.sigv4.AwsCredentials;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A JSON object with credentials in it, as container endpoints, instances and processes write one. No message quotes it: what
 * could not be read may be a secret.
 */
final class CredentialsDocument {
    /** Those that AWS describes have one level, and two where there is a list. The parser goes down a level of the stack for each. */
    private static final int MAX_DEPTH = 32;

    private final Config json;

    private CredentialsDocument(Config json) {
        this.json = json;
    }

    /** Empty when the text is not a JSON object, or is deeper than any that holds credentials. */
    static Optional<CredentialsDocument> of(String text) {
        if (isTooDeep(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CredentialsDocument(ConfigFactory.parseString(
                    text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON))));
        } catch (ConfigException notJson) {
            return Optional.empty();
        }
    }

    private static boolean isTooDeep(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
                if (depth > MAX_DEPTH) {
                    return true;
                }
            } else if (!quoted && (c == '}' || c == ']')) {
                depth--;
            }
        }
        return false;
    }

    /** A string or a number; empty when there is none of that name, or it holds nothing. */
    Optional<String> member(String name) {
        boolean plain = json.hasPath(name)
                && json.getValue(name).valueType() != ConfigValueType.OBJECT
                && json.getValue(name).valueType() != ConfigValueType.LIST;
        return plain ? Optional.of(json.getString(name).strip()).filter(value -> !value.isEmpty()) : Optional.empty();
    }

    /**
     * The credentials in it.
     *
     * @param tokenMember the member that holds the session token
     * @param where said before what is wrong
     */
    Fetched credentials(String tokenMember, String where, String provider) throws FetchFailure {
        String id = required("AccessKeyId", where);
        String secret = required("SecretAccessKey", where);
        AwsCredentials credentials =
                WrittenCredentials.of(id, secret, member(tokenMember), where, "give it as " + tokenMember);
        Optional<String> expiration = member("Expiration");
        if (expiration.isEmpty()) {
            return new Fetched(credentials, Optional.empty(), provider, principal());
        }
        try {
            Instant until = OffsetDateTime.parse(expiration.get()).toInstant();
            return new Fetched(credentials, Optional.of(until), provider, principal());
        } catch (DateTimeException e) {
            throw new FetchFailure(where + ": Expiration is not a time such as 2026-03-01T13:00:00Z");
        }
    }

    /** ECS names the task's role, EKS Pod Identity and processes may name the account. */
    private Principal principal() {
        Principal role = Principal.ofArn(member("RoleArn").orElse(""));
        return role.arn().isPresent()
                ? role
                : Principal.ofAccount(member("AccountId").orElse(""));
    }

    private String required(String name, String where) throws FetchFailure {
        return member(name).orElseThrow(() -> new FetchFailure(where + ": the JSON object has no " + name));
    }

    @Override
    public String toString() {
        return "CredentialsDocument[redacted]";
    }
}
