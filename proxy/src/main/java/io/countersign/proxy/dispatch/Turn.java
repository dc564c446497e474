package io.countersign.proxy.dispatch;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.response.ClientSide;
import io.countersign.proxy.response.ResponseContext;
import io.countersign.proxy.response.UpstreamTrace.Phase;
import io.countersign.proxy.route.Route;
import java.util.Optional;
import java.util.function.Consumer;

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
    private final Consumer<Optional<Credentials.Usable>> ready;
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

    /** @param ready goes on once it has both; the credentials are empty on a route that does not sign */
    Turn(ResponseContext context, Listener listener, Stopwatch watch, Consumer<Optional<Credentials.Usable>> ready) {
        this.context = context;
        this.route = context.route();
        this.client = context.client();
        this.listener = listener;
        this.watch = watch;
        this.ready = ready;
    }

    void begin() {
        assert client.channel().eventLoop().inEventLoop();
        watch.start();
        if (route.signing().isPresent()) {
            awaitCredentials(route.signing().get());
        } else {
            claimPlace(Optional.empty());
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
            listener.answer(LocalResponses.noCredentials(signing.credentials().name()));
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
        ready.accept(credentials);
    }
}
