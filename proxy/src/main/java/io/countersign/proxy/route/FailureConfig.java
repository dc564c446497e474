package io.countersign.proxy.route;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a route tells agents when something goes wrong that is not their doing.
 *
 * @param mode whether they are to keep their data
 * @param telemetry whether the service behind the route takes telemetry, which decides where the mode is {@link Mode#AUTO}
 * @param holdAtMost how long one payload is held for a cause that waiting can't cure
 * @param readPaths further paths whose POSTs read; matched whole, after {@code strip-prefix}
 */
public record FailureConfig(Mode mode, boolean telemetry, Duration holdAtMost, List<Pattern> readPaths) {

    /** The values of {@code on-failure}. */
    public enum Mode {
        /** Keep data for what writes telemetry, relay for what reads. */
        AUTO,
        /** Answer 503, so that agents keep their data and try again. */
        KEEP_DATA,
        /** Pass errors on as they are, or as our own codes. */
        RELAY
    }

    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH");

    public FailureConfig {
        readPaths = List.copyOf(readPaths);
    }

    /**
     * Whether a request's sender is to keep its data when something goes wrong that is not its doing.
     *
     * @param path of the request after {@code strip-prefix}, without the query
     * @param signedByClient it came with a Signature Version 4 of its own: an AWS SDK sends it, which wants to know
     */
    public boolean keepsData(String method, String path, boolean signedByClient) {
        return switch (mode) {
            case KEEP_DATA -> true;
            case RELAY -> false;
            case AUTO -> telemetry && WRITES.contains(method) && !signedByClient && !isRead(path);
        };
    }

    /** Whether a POST to this path only reads. */
    private boolean isRead(String path) {
        String plain = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (ReadingPaths.contain(plain)) {
            return true;
        }
        for (Pattern read : readPaths) {
            if (read.matcher(plain).matches()) {
                return true;
            }
        }
        return false;
    }

    /** A path in which {@code *} stands for any characters. */
    static Pattern pattern(String path) {
        StringBuilder pattern = new StringBuilder();
        int from = 0;
        for (int star = path.indexOf('*'); star >= 0; star = path.indexOf('*', from)) {
            pattern.append(Pattern.quote(path.substring(from, star))).append(".*");
            from = star + 1;
        }
        return Pattern.compile(
                pattern.append(Pattern.quote(path.substring(from))).toString());
    }
}
