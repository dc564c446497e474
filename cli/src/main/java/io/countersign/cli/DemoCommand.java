package io.countersign.cli;

import io.countersign.cli.demo.DemoSession;
import io.countersign.proxy.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign demo}: the whole way on this machine alone, with throw-away credentials. */
@Command(
        name = "demo",
        description = "Show the whole path on this machine: agents, the proxy, and a gateway that verifies.",
        footer = {
            "",
            "Goes through what the product is for: traffic, a denied caller, expired credentials, an outage, a wrong",
            "clock. Exits with 0 if every signature was right, and the agents lost nothing."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int PORT = 8005;
    private static final int ADMIN_PORT = 8006;
    private static final int CONSOLE_PORT = 8007;

    private final Console console;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "End after N seconds; else Ctrl-C ends it. Its scenes take some 30 in all; one that does not fit in is left out.")
    private Optional<Integer> seconds = Optional.empty();

    @Option(
            names = "--agent",
            description = "Start a real Prometheus too, which remote_writes the proxy's own metrics through it.")
    private boolean agent;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            description =
                    "Default: 127.0.0.1:8005, with probes and metrics on 8006, and the console on 8007; when given, these"
                            + " get free ports. Port 0 takes a free one too.")
    private Optional<InetSocketAddress> listen = Optional.empty();

    @Option(names = "--lines", description = "Print a line a second at a terminal too, in place of a picture.")
    private boolean lines;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        if (seconds.isPresent() && seconds.get() < 1) {
            throw CommandFailure.wrong("demo: --seconds is " + seconds.get() + "; it must be 1 or more");
        }
        CountDownLatch stop = Signals.ending();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DemoSession session = DemoSession.start(new DemoSession.Ports(
                listen.orElse(new InetSocketAddress(loopback, PORT)),
                new InetSocketAddress(loopback, listen.isPresent() ? freePort() : ADMIN_PORT),
                new InetSocketAddress(loopback, listen.isPresent() ? 0 : CONSOLE_PORT)))) {
            boolean live = !lines && Terminal.canDraw(console.environment());
            return session.run(seconds.orElse(Integer.MAX_VALUE), agent, live, stop, console.out())
                    ? 0
                    : CommandFailure.FAILED;
        } catch (StartFailure failure) {
            throw CommandFailure.failed(
                    "demo: " + failure.getMessage() + "; --listen 127.0.0.1:0 takes ports that are free");
        } catch (IOException | GeneralSecurityException e) {
            throw CommandFailure.failed("demo: " + e.getMessage());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
