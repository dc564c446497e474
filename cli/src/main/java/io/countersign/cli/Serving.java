package io.countersign.cli;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.logging.LogConfig;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ConfigSource;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proxy from its start until a signal ends it. Knows nothing of picocli: see {@link Main}. */
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    private static final int INTERRUPTED = 130;

    private final Console console;

    Serving(Console console) {
        this.console = console;
    }

    /** What goes on while a proxy serves; it is drained afterwards. */
    interface Meanwhile {
        /** @param stop counted down by a signal */
        void happens(ProxyServer server, CountDownLatch stop) throws InterruptedException;
    }

    /** Serves; returns the exit code once a signal has ended it. */
    int run(ConfigSource source) throws CommandFailure, InterruptedException {
        return run(source, (server, stop) -> stop.await());
    }

    int run(ConfigSource source, Meanwhile meanwhile) throws CommandFailure, InterruptedException {
        Starting starting = new Starting(Thread.currentThread());
        CountDownLatch stop = stopOnSignals(starting); // before the first request can come
        try (ProxyServer server = ProxyServer.start(source)) {
            starting.over();
            Signals.on("HUP", server::reload);
            sayReady(server);
            meanwhile.happens(server, stop);
            server.drain();
            return 0;
        } catch (StartFailure failure) {
            if (stop.getCount() == 0) {
                return 0;
            }
            throw CommandFailure.of(failure);
        }
    }

    private static CountDownLatch stopOnSignals(Starting starting) {
        CountDownLatch stop = new CountDownLatch(1);
        Signals.on("TERM", () -> stop(stop, starting));
        Signals.on("INT", () -> {
            if (stop.getCount() == 0) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            stop(stop, starting);
        });
        return stop;
    }

    private static void stop(CountDownLatch stop, Starting starting) {
        stop.countDown();
        starting.interrupt();
    }

    /** A start that may wait for lists, which a signal ends. */
    private static final class Starting {
        private Thread thread;

        Starting(Thread thread) {
            this.thread = thread;
        }

        synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }

        /**
         * From now on nobody is interrupted; to be called on that thread. Returns whether a signal came too late to end the start, which
         * must not end what follows.
         */
        synchronized boolean over() {
            thread = null;
            return Thread.interrupted();
        }
    }

    /** For whoever sees the terminal; where the log is JSON, whatever reads it gets nothing else from then on. */
    private void sayReady(ProxyServer server) {
        if (server.config().operation().log().format() == LogConfig.Format.JSON) {
            LOG.info(ready(server));
        } else {
            console.err().println("countersign: " + ready(server));
        }
    }

    private static String ready(ProxyServer server) {
        String routes = server.config().routes().stream().map(Serving::route).collect(Collectors.joining(", "));
        return "ready on " + String.join(" and ", server.urls()) + ", admin on http://"
                + Address.text(server.adminAddress()) + "; routes: " + routes;
    }

    private static String route(RouteConfig route) {
        if (route.sending().choice().isPresent()) {
            String by = route.sending().byScope().isPresent() ? "the scope of the caller's signature" : "Host";
            return route.name() + " (" + route.match().pathPrefix() + ") -> the AWS host that " + by + " names";
        }
        return route.name() + " (" + route.match().pathPrefix() + ") -> "
                + route.ways().stream().map(way -> way.upstream().url()).collect(Collectors.joining(" or "));
    }
}
