package io.countersign.proxy.route;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.secrets.Quoted;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which web pages may use a route, and what they may know of its responses (Fetch standard, section 3.2).
 *
 * @param origins as browsers write them; empty: no pages
 * @param headers of requests that pages may set, as they were written; empty: whatever they ask for
 * @param credentials whether a page's request may carry cookies and client certificates
 * @param maxAge how long a browser may remember the answer to a preflight
 * @param exposed further headers of responses that pages may read, as they were written
 */
public record CorsConfig(
        Set<String> origins, List<String> headers, boolean credentials, Duration maxAge, List<String> exposed) {

    /** RFC 6454 section 6.2: how browsers write an origin, so that comparing texts is enough. */
    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://(?:[a-z0-9_.-]+|\\[[0-9a-f:]+])(?::[1-9]\\d{0,4})?");

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    /** What browsers remember a preflight for at most: Firefox a day, Chromium two hours. */
    private static final Duration LONGEST = Duration.ofDays(1);

    public CorsConfig {
        origins = Set.copyOf(origins);
        headers = List.copyOf(headers);
        exposed = List.copyOf(exposed);
    }

    static CorsConfig read(Section route) {
        Set<String> origins = new LinkedHashSet<>();
        for (Setting origin : route.texts("cors")) {
            if (!ORIGIN.matcher(origin.text()).matches()) {
                route.fault(
                        "cors",
                        origin.quoted() + " is not a single origin; write it as browsers do, such as"
                                + " https://grafana.example.com, in lower case, without a path");
            }
            origins.add(origin.text());
        }
        return new CorsConfig(
                origins,
                List.copyOf(route.parsedAll("cors-headers", CorsConfig::header)),
                route.flag("cors-credentials"),
                route.duration("cors-max-age", Duration.ZERO, LONGEST),
                List.copyOf(route.parsedAll("cors-exposed-headers", CorsConfig::header)));
    }

    private static String header(String name) {
        if (!HEADER.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    Quoted.of(name) + " is not the name of a header; write each by itself, such as X-Request-Id");
        }
        return name;
    }

    public boolean allows(String origin) {
        return origins.contains(origin);
    }
}
