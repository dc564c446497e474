package io.countersign.proxy.admission;

import io.countersign.proxy.fields.CrossOrigin;
import io.countersign.proxy.route.Route;
import java.util.Optional;

/**
 * A request that may go upstream. There is no way there without one.
 *
 * @param route on the terms that the {@linkplain Guard guards} have set: what goes by it respects them without knowing them
 * @param reader the web page that may read the response; empty: none asks
 * @param lease ends what was set aside for it; a second call does nothing
 */
public record Admitted(Findings findings, Head head, Route route, Optional<CrossOrigin> reader, Lease lease)
        implements Decision {}
