package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what a route tells agents when something goes wrong. */
final class FailureReader {
    private static final Duration MAX_HOLD = Duration.ofHours(24);
    private static final Map<String, FailureConfig.Mode> MODES = Map.of(
            "auto",
            FailureConfig.Mode.AUTO,
            "keep-data",
            FailureConfig.Mode.KEEP_DATA,
            "relay",
            FailureConfig.Mode.RELAY);

    private FailureReader() {}

    /** @param service that the route signs for; on a route that does not sign, what its host says */
    static FailureConfig read(Section route, Optional<String> service) {
        FailureConfig.Mode mode = route.choice("on-failure", MODES);
        Duration hold = route.duration("hold-at-most", Duration.ZERO, MAX_HOLD);
        List<Pattern> reads = new ArrayList<>();
        for (Setting path : route.texts("read-paths")) {
            if (!path.text().startsWith("/")) {
                route.fault("read-paths", path.quoted() + " does not begin with a slash; write /" + path.text());
            }
            reads.add(FailureConfig.pattern(path.text()));
        }
        boolean telemetry =
                service.map(AwsServices::of).filter(AwsService::takesTelemetry).isPresent();
        return new FailureConfig(mode == null ? FailureConfig.Mode.AUTO : mode, telemetry, hold, reads);
    }
}
