package io.countersign.gateway.identity.kubernetes;

import io.countersign.proxy.secrets.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which service accounts are meant: {@code payments/agent}, {@code payments/agent-*} or {@code payments/*}. The namespace is always
 * whole: whoever may make service accounts in one can choose their names.
 */
public record ServiceAccountPattern(String namespace, String prefix, boolean open) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9][a-z0-9-]{0,62})/([a-z0-9][a-z0-9.-]{0,252})?(\\*)?");

    /** An {@link IllegalArgumentException} quotes what is no pattern, and says what would be one. */
    public static ServiceAccountPattern parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || (matcher.group(2) == null && matcher.group(3) == null)) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is not a service account; write NAMESPACE/NAME, NAMESPACE/PREFIX* or NAMESPACE/*");
        }
        String prefix = matcher.group(2) == null ? "" : matcher.group(2);
        return new ServiceAccountPattern(matcher.group(1), prefix, matcher.group(3) != null);
    }

    public boolean matches(ServiceAccount account) {
        return account.namespace().equals(namespace) && takes(account.name());
    }

    private boolean takes(String account) {
        return open ? account.startsWith(prefix) : account.equals(prefix);
    }

    /** Whether there is an account that both match. */
    public boolean overlaps(ServiceAccountPattern other) {
        // The longer of two beginnings is a name that both may take, if any is.
        return namespace.equals(other.namespace)
                && (takes(other.prefix) || (other.open && prefix.startsWith(other.prefix)));
    }

    @Override
    public String toString() {
        return namespace + "/" + prefix + (open ? "*" : "");
    }
}
