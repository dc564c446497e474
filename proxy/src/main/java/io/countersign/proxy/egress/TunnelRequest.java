package io.countersign.proxy.egress;

import io.countersign.proxy.net.HostPort;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks a proxy for a tunnel (RFC 9110 section 9.3.6), and says what its refusal means.
 *
 * @param to host and port that the tunnel is to lead to; a name is looked up by the proxy
 */
public record TunnelRequest(EgressProxy proxy, HostPort to) {

    /** What a refusal is about. */
    public enum Kind {
        /** The proxy wants to know who calls, or does not know the login (407). */
        LOGIN,

        /** Any other. */
        REFUSED
    }

    /**
     * Why there is no tunnel.
     *
     * @param words for the log and the client, to follow the name of the proxy
     */
    public record Refusal(Kind kind, String words) {}

    /** The request as it is sent. The login goes with it unasked, as curl sends it: most proxies close after a 407. */
    public String text() {
        return "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\nUser-Agent: countersign\r\n"
                + proxy.login()
                        .map(login -> "Proxy-Authorization: " + login.basic() + "\r\n")
                        .orElse("")
                + "\r\n";
    }

    /** Whether a response opens the tunnel: its head ends it, and whatever follows comes through the tunnel. */
    public static boolean isOpenedBy(int status) {
        return status >= 200 && status < 300;
    }

    /**
     * What a final response means that opens no tunnel.
     *
     * @param challenges values of {@code Proxy-Authenticate}
     */
    public Refusal refusal(int status, List<String> challenges) {
        if (status == 407) {
            return new Refusal(Kind.LOGIN, login(challenges));
        }
        String why = switch (status) {
            case 403 ->
                "does not permit connections to " + to + " (403): permit them there, or have this host reached"
                        + " without the proxy (NO_PROXY, or proxy = none on the route)";
            // 500 is what tinyproxy says then.
            case 500, 502, 503, 504 ->
                "can't reach " + to + " (" + status + "): see its log; it looks the name up itself";
            default ->
                "answered the request for a tunnel to " + to + " with " + status
                        + ": check that its address is that of a proxy, and that it permits CONNECT to port "
                        + to.port();
        };
        return new Refusal(Kind.REFUSED, "the proxy " + why);
    }

    private String login(List<String> challenges) {
        boolean takesBasic = challenges.isEmpty()
                || challenges.stream()
                        .anyMatch(each -> each.toLowerCase(Locale.ROOT).matches("(?s)(.*,)?\\s*basic(\\s.*)?"));
        if (!takesBasic) {
            return "the proxy wants to know who calls (407), and not by user and password (Basic), which is all that is"
                    + " spoken here: have it permit this machine by its address, or run a proxy between that speaks its"
                    + " scheme";
        }
        Optional<ProxyLogin> login = proxy.login();
        return login.isEmpty()
                ? "the proxy demands a user and password (407): write them into its URL, as in"
                        + " http://USER:PASSWORD@" + proxy.server()
                : "the proxy rejects the user or the password in its URL (407): correct them there, with special characters"
                        + " percent-encoded";
    }
}
