package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.command.GatewayCommand.Failure;
import io.countersign.proxy.secrets.Quoted;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which calls; all of what is given has to fit. */
final class FilterOptions {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Calls that began then, or later: 15m, 2h, 7d, or a time such as 2026-11-27T05:30:00Z.")
    private Optional<String> since = Optional.empty();

    @Option(names = "--route", paramLabel = "NAME", description = "Calls that this route took.")
    private Optional<String> route = Optional.empty();

    @Option(names = "--tenant", paramLabel = "NAME", description = "Calls of this tenant.")
    private Optional<String> tenant = Optional.empty();

    @Option(
            names = "--caller",
            paramLabel = "CALLER",
            description = "Calls from this address, user, token, service account or certificate.")
    private Optional<String> caller = Optional.empty();

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Calls with this status: 403, 5xx, 0 for none, or failed.")
    private Optional<String> status = Optional.empty();

    @Option(
            names = "--cause",
            paramLabel = "CAUSE",
            description = "Calls with this error (connection_refused) or rejection by AWS (permission).")
    private Optional<String> cause = Optional.empty();

    /** For lines. */
    CallFilter filter(Instant now) throws Failure {
        CallFilter filter = new CallFilter();
        route.ifPresent(filter::route);
        tenant.ifPresent(filter::tenant);
        caller.ifPresent(filter::caller);
        cause.ifPresent(filter::cause);
        if (status.isPresent()) {
            if (!CallFilter.isStatus(status.get())) {
                throw Failure.wrong("--status " + Quoted.of(status.get()) + " is not 403, 5xx, 0 or failed");
            }
            filter.status(status.get());
        }
        if (since.isPresent()) {
            filter.since(time(since.get(), now));
        }
        return filter;
    }

    /** The same for the console, as more of a query. */
    String query(Instant now) throws Failure {
        StringBuilder out = new StringBuilder();
        add(out, "route", route);
        add(out, "tenant", tenant);
        add(out, "caller", caller);
        add(out, "status", status);
        add(out, "cause", cause);
        if (since.isPresent()) {
            add(out, "since", Optional.of(time(since.get(), now).toString()));
        }
        return out.toString();
    }

    static void add(StringBuilder out, String name, Optional<String> value) {
        value.ifPresent(text ->
                out.append('&').append(name).append('=').append(URLEncoder.encode(text, StandardCharsets.UTF_8)));
    }

    private static Instant time(String text, Instant now) throws Failure {
        Matcher ago = AGO.matcher(text);
        try {
            return ago.matches()
                    ? now.minus(duration(Long.parseLong(ago.group(1)), ago.group(2)))
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw Failure.wrong("--since " + Quoted.of(text)
                    + " is not a time; write 15m, 2h, 7d, or a time such as 2026-11-27T05:30:00Z");
        }
    }

    private static Duration duration(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
