package io.countersign.gateway.lifecycle;

import io.countersign.proxy.route.RouteConfig.SetHeader;
import io.countersign.proxy.wire.HttpDate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * That a route is not to be used any more, as its responses say it.
 *
 * @param since RFC 9745; may lie ahead
 * @param sunset when it is expected to answer no more (RFC 8594)
 */
public record Deprecation(Instant since, Optional<Instant> sunset, Optional<Brownout> brownout) {
    /** What every response says of it. */
    List<SetHeader> fields() {
        List<SetHeader> fields = new ArrayList<>();
        fields.add(field("Deprecation", "@" + since.getEpochSecond()));
        sunset.ifPresent(time -> fields.add(field("Sunset", HttpDate.text(time))));
        return fields;
    }

    private static SetHeader field(String name, String value) {
        return new SetHeader(name, value, false);
    }
}
