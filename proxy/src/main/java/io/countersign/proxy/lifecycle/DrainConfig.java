package io.countersign.proxy.lifecycle;

import java.time.Duration;

/**
 * How SIGTERM ends the process.
 *
 * @param quiet the listener keeps accepting until no request has come for this long
 * @param max past it the process ends whatever is still running
 * @param refuse so long before {@code max} new requests are no longer served; at most {@code max}
 */
public record DrainConfig(Duration quiet, Duration max, Duration refuse) {}
