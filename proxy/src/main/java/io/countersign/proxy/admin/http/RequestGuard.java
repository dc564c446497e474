package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Refuses requests that no resource should see: those that name a foreign host, and those that a foreign web page sends. */
public final class RequestGuard {
    private final HostCheck hosts;
    private final String setting;
    private final Pages pages;

    /** Which web pages may send requests. */
    public enum Pages {
        /** None; only a person who types the address into a browser gets in. */
        NONE,
        /**
         * Those of the server itself: {@code Origin} names the same host and port as {@code Host}. Links on other pages may lead here: a
         * browser that follows one opens a page of its own, sends no token, and lets the other page read nothing.
         */
        OWN
    }

    /**
     * Makes the guard of one server.
     *
     * @param allowedHosts names in lower case that Host may have besides addresses and localhost, in force at a moment
     * @param setting where they are set, for the message
     */
    public RequestGuard(Supplier<Set<String>> allowedHosts, String setting, Pages pages) {
        this.hosts = new HostCheck(allowedHosts);
        this.setting = setting;
        this.pages = pages;
    }

    /** Empty when the request may be served. */
    Optional<Refusal> refusal(HttpRequest request) {
        HttpHeaders headers = request.headers();
        List<String> host = headers.getAll(HttpHeaderNames.HOST);
        // RFC 9112 section 3.2; old probes speak HTTP/1.0 and name no host, which no browser does.
        if (host.size() > 1 || (host.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0))) {
            return refusal(HttpResponseStatus.BAD_REQUEST, "exactly one Host field is needed");
        }
        if (!hosts.passes(host)) {
            return refusal(
                    HttpResponseStatus.MISDIRECTED_REQUEST, "Host must be an address, localhost, or one of " + setting);
        }
        if (isSentByAnotherPage(headers, host) && !(pages == Pages.OWN && isFollowedLink(request))) {
            return refusal(
                    HttpResponseStatus.FORBIDDEN,
                    pages == Pages.NONE ? "web pages are not served here" : "other web pages are not served here");
        }
        return Optional.empty();
    }

    /** Origin comes with cross-origin and writing requests; a page on another port of localhost is same-site. */
    private boolean isSentByAnotherPage(HttpHeaders headers, List<String> host) {
        boolean own = pages == Pages.OWN && host.size() == 1;
        for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
            if (!own
                    || !(origin.equalsIgnoreCase("http://" + host.get(0))
                            || origin.equalsIgnoreCase("https://" + host.get(0)))) {
                return true;
            }
        }
        return headers.getAll("sec-fetch-site").stream()
                .anyMatch(site -> !site.equalsIgnoreCase("none") && !site.equalsIgnoreCase("same-origin"));
    }

    /** Into no frame, and without a form's content, which has an Origin (the Fetch Metadata specification, section 2). */
    private static boolean isFollowedLink(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return request.method().equals(HttpMethod.GET)
                && !headers.contains(HttpHeaderNames.ORIGIN)
                && headers.getAll("sec-fetch-mode").equals(List.of("navigate"))
                && headers.getAll("sec-fetch-dest").equals(List.of("document"));
    }

    private static Optional<Refusal> refusal(HttpResponseStatus status, String text) {
        return Optional.of(new Refusal(status, text));
    }
}
