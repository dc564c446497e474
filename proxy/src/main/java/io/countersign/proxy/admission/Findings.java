package io.countersign.proxy.admission;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import java.util.List;
import java.util.Optional;

/**
 * What was found out about a request before it was decided on.
 *
 * @param caller whom the request came from, as far as that is known
 * @param verdict of the address rules
 * @param target empty where the head could not be read, or nobody looked
 * @param route empty where none takes the request, or none was looked for
 * @param keepsData whether the sender is to keep its data when something goes wrong that is not its doing
 * @param mayHaveBody whether a body may follow the head
 * @param inResponse fields that the response is to have besides its own
 */
public record Findings(
        Caller caller,
        Verdict verdict,
        Optional<Target> target,
        Optional<Route> route,
        boolean keepsData,
        boolean mayHaveBody,
        List<RouteConfig.SetHeader> inResponse) {}
