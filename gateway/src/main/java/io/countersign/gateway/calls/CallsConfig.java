package io.countersign.gateway.calls;

import io.countersign.gateway.calls.log.CallsBounds;
import java.util.Optional;

/**
 * Which calls are kept.
 *
 * @param keep how many of the last ones in memory
 * @param onDisk empty: none
 */
public record CallsConfig(int keep, Optional<CallsBounds> onDisk) {}
