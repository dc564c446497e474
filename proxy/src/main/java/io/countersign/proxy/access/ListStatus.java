package io.countersign.proxy.access;

import java.time.Instant;
import java.util.Optional;

/**
 * How fetching a list goes.
 *
 * @param list as it is shown
 * @param lastSuccess when its source last said what it holds, or that it has not changed
 * @param failures since start, refused lists among them
 */
public record ListStatus(String list, Optional<Instant> lastSuccess, long failures) {}
