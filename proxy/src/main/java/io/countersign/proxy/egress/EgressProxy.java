package io.countersign.proxy.egress;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy that connections go out through.
 *
 * @param server where it listens
 * @param tls whether it is spoken to over TLS itself
 * @param origin what named it: a variable of the environment, or the path of a setting
 */
public record EgressProxy(HostPort server, boolean tls, Optional<ProxyLogin> login, String origin) {
    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(?:([^/?#@]*)@)?([^/?#@]*)(/?)");

    private static final String EXAMPLE = "write one such as http://proxy.example:3128";

    /**
     * Reads a URL. No message repeats any of it but the scheme and the host, since it may hold a password.
     *
     * @param origin what the URL was written in
     * @throws IllegalArgumentException with what is wrong, to follow the name of what it was written in
     */
    public static EgressProxy parse(String text, String origin) {
        Matcher url = URL.matcher(text);
        if (!url.matches()) {
            throw new IllegalArgumentException("is not a URL of a proxy; " + EXAMPLE
                    + ", and special characters of a user or password percent-encoded");
        }
        String scheme = url.group(1).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("is not an http or https URL: proxies are asked for a tunnel by HTTP"
                    + " (CONNECT), and nothing else is spoken to them; " + EXAMPLE);
        }
        Optional<ProxyLogin> login = Optional.ofNullable(url.group(2)).map(ProxyLogin::parse);
        if (url.group(3).isEmpty() || url.group(3).startsWith(":")) {
            throw new IllegalArgumentException("is not a URL of a proxy, since it names no host; " + EXAMPLE);
        }
        boolean tls = scheme.equals("https");
        HostPort server = server(url.group(3), tls ? 443 : 80);
        if (Hosts.isForbidden(server.host())) {
            throw new IllegalArgumentException("names " + server.host()
                    + ", a link-local, metadata, unspecified or multicast address, where no proxy is; " + EXAMPLE);
        }
        return new EgressProxy(server, tls, login, origin);
    }

    /** Where the host is left out, or an @ is written as a colon, a password stands in its place: it is not quoted either. */
    private static HostPort server(String text, int defaultPort) {
        try {
            return Hosts.hostPort(text, 1, defaultPort);
        } catch (IllegalArgumentException e) {
            // Without its cause, whose message quotes.
            throw new IllegalArgumentException(
                    "is not a URL of a proxy, since it has no HOST or HOST:PORT after // or @; " + EXAMPLE);
        }
    }

    /** Its URL without user and password, and what named it. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + server + " (" + origin + ")";
    }
}
