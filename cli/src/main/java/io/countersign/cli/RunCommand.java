package io.countersign.cli;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.config.ConfigSource;
import io.countersign.proxy.config.LoadResult;
import io.countersign.proxy.config.RouteConfig;
import io.countersign.proxy.config.UpstreamConfig;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign run}: the proxy, until a signal ends it. */
@Command(
        name = "run",
        description = "Run the proxy.",
        footer = {
            "",
            "SIGTERM and SIGINT let running requests end, go on accepting until no more come, and exit with 0; a second",
            "SIGINT exits at once. SIGHUP reads configuration and lists anew."
        })
final class RunCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;

    private final Console console;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        ConfigSource source = config.source(console.environment());
        CountDownLatch stop = stopOnSignals(); // before the first request can come
        try (ProxyServer server = ProxyServer.start(source)) {
            Signals.on("HUP", server::reload);
            console.err().println(ready(server, source));
            stop.await();
            server.drain();
            return 0;
        } catch (StartFailure failure) {
            throw CommandFailure.of(failure);
        }
    }

    private static CountDownLatch stopOnSignals() {
        CountDownLatch stop = new CountDownLatch(1);
        Signals.on("TERM", stop::countDown);
        Signals.on("INT", () -> {
            if (stop.getCount() == 0) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            stop.countDown();
        });
        return stop;
    }

    private static String ready(ProxyServer server, ConfigSource source) {
        // Read again, now that it serves: the line is for people, and must not delay the first request.
        String routes = source.load() instanceof LoadResult.Loaded loaded
                ? loaded.config().routes().stream().map(RunCommand::route).collect(Collectors.joining(", "))
                : "as configured";
        return "countersign: ready on http://" + Address.text(server.address()) + ", admin on http://"
                + Address.text(server.adminAddress()) + "; routes: " + routes;
    }

    private static String route(RouteConfig route) {
        UpstreamConfig upstream = route.upstream();
        return route.name() + " (" + route.match().pathPrefix() + ") -> " + (upstream.tls() ? "https://" : "http://")
                + upstream.authority() + upstream.basePath();
    }
}
