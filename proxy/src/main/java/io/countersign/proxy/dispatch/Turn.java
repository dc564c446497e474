package io.countersign.proxy.dispatch;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.response.ClientSide;
import io.countersign.proxy.response.ResponseContext;
import io.countersign.proxy.response.UpstreamTrace.Phase;
import io.countersign.proxy.route.Route;
import java.util.Optional;

/**
 * What a request needs before it may go upstream: credentials, then a place. In this order, since a provider that hangs must not
 * take places from those whose provider does not. Confined to its exchange's event loop.
 */
final class Turn {
    private static final String PLACE = "a place upstream";

    private final ResponseContext context;
    private final Route route;
    private final ClientSide client;
    private final Listener listener;
    private final Taker taker;
    private final Stopwatch watch;

    /** Hears how it goes. */
    interface Listener {
        /** It waits for {@code what}; whoever grants it lets it go on. */
        void awaitTurn(String what);

        /** It has waited for a place. */
        void waited(long nanos);

        /** The client is to get this, for lack of a response that it could get. */
        void answer(LocalResponse response);
    }

    /** Goes on with it. */
    interface Taker {
        /** It has both; the credentials are empty on a route that does not sign. */
        void ready(Optional<Credentials.Usable> credentials);

        /** There are none of this name. */
        void noCredentials(String name);
    }

    Turn(ResponseContext context, Listener listener, Stopwatch watch, Taker taker) {
        this.context = context;
        this.route = context.route();
        this.client = context.client();
        this.listener = listener;
        this.watch = watch;
        this.taker = taker;
    }

    void begin() {
        assert client.channel().eventLoop().inEventLoop();
        watch.start();
        if (context.place().isClaimed()) {
            withPlace();
        } else if (route.signing().isPresent()) {
            awaitCredentials(route.signing().get());
        } else {
            claimPlace(Optional.empty());
        }
    }

    /** It had its turn before, for another upstream, and keeps its place: with what is at hand, since a provider that hangs must not keep a place. */
    private void withPlace() {
        if (route.signing().isEmpty()) {
            taker.ready(Optional.empty());
            return;
        }
        NamedCredentials credentials = route.signing().get().credentials();
        if (credentials.current() instanceof Credentials.Usable usable) {
            taker.ready(Optional.of(usable));
        } else {
            taker.noCredentials(credentials.name());
        }
    }

    private void awaitCredentials(Route.Signing signing) {
        if (signing.credentials().current() instanceof Credentials.Usable usable) {
            context.trace().took(Phase.CREDENTIALS, 0);
            claimPlace(Optional.of(usable));
            return;
        }
        signing.credentials()
                .await()
                .whenComplete((found, error) ->
                        client.channel().eventLoop().execute(client.guarded(() -> awaited(signing, found))));
    }

    /** @param found null when fetching failed */
    private void awaited(Route.Signing signing, Credentials found) {
        context.trace().took(Phase.CREDENTIALS, watch.lap());
        if (found instanceof Credentials.Usable usable) {
            claimPlace(Optional.of(usable));
        } else {
            taker.noCredentials(signing.credentials().name());
        }
    }

    private void claimPlace(Optional<Credentials.Usable> credentials) {
        switch (context.place().claim(client.guarded(() -> placeGranted(credentials)))) {
            case GRANTED -> placed(credentials);
            case WAITING -> listener.awaitTurn(PLACE);
            case REFUSED -> listener.answer(LocalResponses.tooManyWait(PLACE));
        }
    }

    /** Fresher credentials may have come meanwhile. */
    private void placeGranted(Optional<Credentials.Usable> credentials) {
        client.resumeOwnTime();
        placed(credentials.map(
                before -> route.signing().orElseThrow().credentials().current() instanceof Credentials.Usable fresh
                        ? fresh
                        : before));
    }

    private void placed(Optional<Credentials.Usable> credentials) {
        listener.waited(watch.lap());
        taker.ready(credentials);
    }
}
