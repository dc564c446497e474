package io.countersign.proxy.settings;

import io.countersign.proxy.access.ListCopies;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.egress.EgressReader;
import io.countersign.proxy.limit.Aside;
import io.countersign.proxy.limit.Memory;
import java.time.Clock;
import java.util.OptionalLong;

/**
 * What a configuration is read in, besides its text.
 *
 * @param memory that limits are to fit
 * @param aside what of it is left to extensions
 * @param lists what address lists may take where nothing is set, once an earlier load has settled it
 * @param clock says which entries of lists have ended
 * @param copies of lists that are fetched
 * @param environment the process's
 * @param egress reads it for the way out
 */
record Surroundings(
        Memory memory,
        Aside aside,
        OptionalLong lists,
        Clock clock,
        ListCopies copies,
        Environment environment,
        EgressReader egress) {}
