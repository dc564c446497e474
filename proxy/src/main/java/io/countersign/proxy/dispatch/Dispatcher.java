package io.countersign.proxy.dispatch;

import io.countersign.proxy.limit.Ask;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.limit.Place;
import io.countersign.proxy.request.OutgoingRequest;
import io.countersign.proxy.response.ClientSide;
import io.countersign.proxy.response.Explanations;
import io.countersign.proxy.response.RequestFacts;
import io.countersign.proxy.response.ResponseContext;
import io.countersign.proxy.response.UpstreamTrace;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.upstream.UpstreamPool;
import java.time.Clock;

/**
 * Sends the requests of one event loop upstream. Confined to it.
 *
 * @param pool of this loop
 * @param signers of this loop
 * @param inFlight places upstream, shared by all loops
 * @param lasting responses that go on without a place, shared by all loops
 * @param explanations shared by all loops
 */
public record Dispatcher(
        UpstreamPool pool, Signers signers, Budget inFlight, Budget lasting, Explanations explanations, Clock clock) {

    /**
     * One request's way, not yet begun.
     *
     * @param ask for a place
     * @param client who gets the response
     * @param trace hears how it fares upstream
     */
    public Dispatch dispatch(
            OutgoingRequest request,
            RequestFacts facts,
            Ask ask,
            ClientSide client,
            UpstreamTrace trace,
            Dispatch.Listener listener) {
        Place place = new Place(inFlight, lasting, ask, client.channel().eventLoop());
        ResponseContext context =
                new ResponseContext(facts, request.route(), place, client, trace, explanations, clock);
        return new Dispatch(pool, signers, context, request, listener);
    }
}
