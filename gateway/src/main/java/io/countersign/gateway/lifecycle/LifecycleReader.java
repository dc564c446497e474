package io.countersign.gateway.lifecycle;

import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.config.Until;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what routes say of their life. */
public final class LifecycleReader {
    private static final Map<String, State> STATES =
            Stream.of(State.values()).collect(Collectors.toMap(State::label, Function.identity()));

    /** Printable, and short enough for a line on a page. */
    private static final Pattern TEXT = Pattern.compile("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,300}");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?");
    private static final int MAX_LABELS = 32;

    private final FurtherKeys keys;
    private final UnknownKeys unknown;

    public LifecycleReader(FurtherKeys keys, UnknownKeys unknown) {
        this.keys = keys;
        this.unknown = unknown;
    }

    /** @param root the whole configuration */
    public LifecycleConfig read(Section root) {
        Section all = root.section("routes");
        List<RouteLife> routes = new ArrayList<>();
        for (String name : all.names()) {
            if (all.isObject(name)) {
                routes.add(route(name, all.section(name).withDefaults(keys.each("route"))));
            }
        }
        return new LifecycleConfig(routes);
    }

    private RouteLife route(String name, Section route) {
        State chosen = route.choice("state", STATES);
        State state = chosen == null ? State.LIVE : chosen;
        DraftCallers draftFor = draftFor(route);
        if (state == State.DRAFT && draftFor.isEmpty() && route.sound()) {
            route.fault("state", "is draft, and draft-for names nobody, so that nobody could call it; write draft-for");
        }
        boolean ends = state == State.DEPRECATED || state == State.RETIRED;
        Optional<String> successor =
                route.parsed("successor", LifecycleReader::link).filter(url -> ends);
        warnOf(route, "successor", ends, state);
        Optional<Deprecation> deprecation = deprecation(route, state);
        Section retire = route.section("retire");
        Optional<Instant> last = retire.parsed("final", Until::time);
        retire.rejectUnknown(unknown);
        warnOf(route, "draft-for", state == State.DRAFT, state);
        warnOf(route, "retire", state == State.RETIRED, state);
        return new RouteLife(name, state, about(route), draftFor, deprecation, successor, last);
    }

    private static DraftCallers draftFor(Section route) {
        if (!route.has("draft-for")) {
            return DraftCallers.NOBODY;
        }
        List<String> entries =
                route.texts("draft-for").stream().map(Setting::text).toList();
        try {
            return DraftCallers.parse(entries);
        } catch (IllegalArgumentException e) {
            route.fault("draft-for", e.getMessage());
            return DraftCallers.NOBODY;
        }
    }

    private Optional<Deprecation> deprecation(Section route, State state) {
        Optional<Instant> since = route.parsed("deprecation", LifecycleReader::start);
        Optional<Instant> sunset = route.parsed("sunset", Until::time);
        Optional<Brownout> brownout = brownout(route);
        boolean deprecated = state == State.DEPRECATED;
        for (String key : List.of("deprecation", "sunset", "brownout")) {
            warnOf(route, key, deprecated, state);
        }
        if (!deprecated || !route.sound()) {
            return Optional.empty();
        }
        if (since.isEmpty()) {
            route.fault("state", "is deprecated; write since when, such as deprecation = 2027-01-01");
            return Optional.empty();
        }
        if (sunset.isPresent() && sunset.get().isBefore(since.get())) {
            route.fault("sunset", "is before deprecation (RFC 9745 section 4); write a later time");
        }
        return Optional.of(new Deprecation(since.get(), sunset, brownout));
    }

    private Optional<Brownout> brownout(Section route) {
        if (!route.has("brownout")) {
            return Optional.empty();
        }
        Section brownout = route.section("brownout");
        for (String key : List.of("for", "every")) {
            if (!brownout.has(key)) {
                route.fault("brownout", "needs for and every, such as { for = 5 minutes, every = 6 hours }");
                return Optional.empty();
            }
        }
        Duration length = brownout.duration("for", Duration.ofSeconds(10), Duration.ofHours(1));
        Duration every = brownout.duration("every", Duration.ofMinutes(1), Duration.ofDays(7));
        if (brownout.sound() && every.compareTo(length.multipliedBy(2)) < 0) {
            brownout.fault("for", "is more than half of every, and agents may not catch up in between; write less");
        }
        brownout.rejectUnknown(unknown);
        return Optional.of(new Brownout(length, every));
    }

    private About about(Section route) {
        Map<String, String> labels = new TreeMap<>();
        Section written = route.section("labels");
        for (String name : written.names()) {
            if (!LABEL.matcher(name).matches() || labels.size() >= MAX_LABELS) {
                written.fault(
                        name,
                        "is not a label; write at most 32, of letters, digits, dots, slashes, dashes and underscores");
            }
            written.parsed(name, LifecycleReader::text).ifPresent(value -> labels.put(name, value));
        }
        return new About(
                route.parsed("description", LifecycleReader::text),
                route.parsed("owner", LifecycleReader::text),
                route.parsed("contact", LifecycleReader::text),
                route.parsed("docs", LifecycleReader::url),
                labels);
    }

    private static void warnOf(Section route, String key, boolean acts, State state) {
        if (!acts && route.has(key)) {
            route.faults().warn(route.where(key), "has no effect while the route's state is " + state.label());
        }
    }

    private static String text(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("is not one line of 1 to 300 printable characters");
        }
        return text;
    }

    private static String url(String text) {
        try {
            URI url = new URI(text);
            boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (web && url.getHost() != null && url.getUserInfo() == null && text.length() <= 300) {
                return url.toASCIIString();
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new IllegalArgumentException("is not a URL such as https://docs.example.com/metrics");
    }

    /** A URL, or a path on the same host. */
    private static String link(String text) {
        return text.matches("/[A-Za-z0-9._~!$&'()*+,;=:@%/-]{0,299}") ? text : url(text);
    }

    /** A date is good from its start. */
    private static Instant start(String text) {
        try {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException notADate) {
            return Until.time(text);
        }
    }
}
