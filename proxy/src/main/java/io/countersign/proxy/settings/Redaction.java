package io.countersign.proxy.settings;

import io.countersign.proxy.secrets.Secrets;
import java.util.regex.Pattern;

/** Takes out of a setting what nobody should read who may read the configuration. */
public final class Redaction {
    private static final String MASK = "[redacted]";

    /**
     * Settings whose whole value may be a secret: by the last part of their path, or, where an operator chooses that name, by where they
     * are. A command line may have one among its arguments.
     */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(^|.*\\.)(secret-access-key|session-token|external-id|process|password|passphrase|client-secret"
                    + "|webhook|headers\\.set\\..*|headers\\.overwrite\\..*|cookie|api-key)(\\[\\d+])?");

    /** User and password in a URL, which the store's takes with ? and # in it, and what follows the question mark: a link that is valid by itself has its secret there. */
    private static final Pattern USER_INFO = Pattern.compile("(?i)^([a-z][a-z0-9+.-]*://)[^/@]*@");

    private static final Pattern QUERY = Pattern.compile("(?i)^([a-z][a-z0-9+.-]*://[^?#]*)[?#].*");
    private static final Pattern TOKEN = Pattern.compile("csgn_[A-Za-z0-9_-]+");
    private static final int MAX = 1024;

    private Redaction() {}

    /**
     * The value as it may be shown.
     *
     * @param path of the setting
     */
    public static String of(String path, String value) {
        if (SECRET.matcher(path).matches() && !value.startsWith("file:")) {
            return MASK;
        }
        String url = USER_INFO.matcher(value).replaceFirst("$1" + MASK + "@");
        url = QUERY.matcher(url).replaceFirst("$1?" + MASK);
        return Secrets.NONE.line(TOKEN.matcher(url).replaceAll(MASK), MAX);
    }
}
