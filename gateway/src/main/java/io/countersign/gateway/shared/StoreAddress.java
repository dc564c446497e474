package io.countersign.gateway.shared;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.secrets.Secrets;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the store is that replicas share. Whoever has the password can raise every quota, so it never prints.
 *
 * @param database its number
 * @param authorities that it trusts for TLS besides the JDK's own
 */
public record StoreAddress(
        boolean tls, HostPort server, Optional<Login> login, int database, List<Certificate> authorities) {
    private static final String FORM =
            "redis://host:port, rediss://host:port for TLS, with user:password@ before the host if needed"
                    + " and /number after it for another database than 0";
    private static final Pattern URL = Pattern.compile("(rediss?)://(?:([^@/]*)@)?([^@/?#]+)(?:/(\\d{0,4}))?");
    private static final int PORT = 6379;

    public StoreAddress {
        authorities = List.copyOf(authorities);
    }

    /** @param user empty for the default user */
    public record Login(Optional<String> user, String password) {
        @Override
        public String toString() {
            return "(a password)";
        }
    }

    /**
     * Reads the URL of a store.
     *
     * @throws IllegalArgumentException whose message says what would be right; it does not repeat the text, which may hold a password
     */
    public static StoreAddress parse(String text) {
        Matcher url = URL.matcher(text.strip());
        if (!url.matches()) {
            throw new IllegalArgumentException("is not the URL of a Redis server; write " + FORM
                    + "; in a password, write @ as %40, / as %2F and % as %25");
        }
        String number = url.group(4);
        return new StoreAddress(
                url.group(1).equals("rediss"),
                server(url.group(3)),
                Optional.ofNullable(url.group(2)).map(StoreAddress::login),
                number == null || number.isEmpty() ? 0 : Integer.parseInt(number),
                List.of());
    }

    /** The same, trusting further authorities. */
    public StoreAddress trusting(List<Certificate> further) {
        return new StoreAddress(tls, server, login, database, further);
    }

    private static HostPort server(String text) {
        try {
            return Hosts.hostPort(text, 1, PORT);
        } catch (IllegalArgumentException e) {
            // Its message would have the text: a password, where somebody forgot the host.
            throw new IllegalArgumentException("has no valid host and port; write " + FORM);
        }
    }

    private static Login login(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException(
                    "has no password before the @; write user:password@, or :password@ without a user");
        }
        try {
            String user = decoded(text.substring(0, colon));
            return new Login(user.isEmpty() ? Optional.empty() : Optional.of(user), decoded(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            // Its message would have a part of the password.
            throw new IllegalArgumentException(
                    "has a % in user or password that is not followed by two hex digits; write % as %25");
        }
    }

    private static String decoded(String text) {
        // A plus is one: only forms have it for a space.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Whether the password could be read on the way. */
    public boolean tellsThePassword() {
        return !tls && login.isPresent() && !Hosts.isLoopback(server.host());
    }

    /** What was said about it by others, as one line without the password. */
    public String masked(String text) {
        Secrets secrets = login.map(each -> Secrets.NONE.and(each.password)).orElse(Secrets.NONE);
        return secrets.line(text, 200);
    }

    /** Without the login. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + server + (database == 0 ? "" : "/" + database);
    }
}
