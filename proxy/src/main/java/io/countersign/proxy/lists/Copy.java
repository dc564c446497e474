package io.countersign.proxy.lists;

import io.countersign.proxy.access.ListText;
import java.time.Instant;
import java.util.Optional;

/**
 * A list as it was fetched.
 *
 * @param tag of that version
 * @param entries how many it has
 * @param fetched when it came
 */
record Copy(ListText text, Optional<String> tag, long entries, Instant fetched) {}
