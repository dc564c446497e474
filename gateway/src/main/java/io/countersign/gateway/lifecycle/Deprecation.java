package io.countersign.gateway.lifecycle;

import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * That a route is not to be used any more, as its responses say it.
 *
 * @param since RFC 9745; may lie ahead
 * @param sunset when it is expected to answer no more (RFC 8594)
 */
public record Deprecation(Instant since, Optional<Instant> sunset, Optional<Brownout> brownout) {
    /** IMF-fixdate (RFC 9110 section 5.6.7). */
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH);

    /** What every response says of it. */
    List<SetHeader> fields() {
        List<SetHeader> fields = new ArrayList<>();
        fields.add(field("Deprecation", "@" + since.getEpochSecond()));
        sunset.ifPresent(time -> fields.add(field("Sunset", HTTP_DATE.format(time.atOffset(ZoneOffset.UTC)))));
        return fields;
    }

    private static SetHeader field(String name, String value) {
        return new SetHeader(name, value, false);
    }
}
