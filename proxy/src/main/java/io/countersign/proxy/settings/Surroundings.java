package io.countersign.proxy.settings;

import io.countersign.proxy.limit.Memory;
import java.time.Clock;
import java.util.OptionalLong;

/**
 * What a configuration is read in, besides its text.
 *
 * @param memory that limits are to fit
 * @param lists what address lists may take where nothing is set, once an earlier load has settled it
 * @param clock says which entries of lists have ended
 */
record Surroundings(Memory memory, OptionalLong lists, Clock clock) {}
