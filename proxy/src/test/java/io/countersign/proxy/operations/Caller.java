package io.countersign.proxy.operations;

import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.testing.Await;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An agent that calls all the time over one keep-alive connection, from an address of its own. */
final class Caller implements AutoCloseable {
    /** One call and the status it was answered with; 0 when the connection ended instead. */
    record Call(String target, int status) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** @param name tells this caller's requests from others', upstream */
    Caller(String name, String from, InetSocketAddress proxy) {
        thread = new Thread(() -> run(name, from, proxy), "caller " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(String name, String from, InetSocketAddress proxy) {
        int number = 0;
        while (!stopped) {
            try (RawClient client = RawClient.connectFrom(from, proxy)) {
                boolean open = true;
                while (open && !stopped) {
                    String target = "/" + name + "/" + ++number;
                    Optional<Response> response =
                            client.send(Requests.post(target, "samples")).tryRead();
                    calls.add(new Call(target, response.map(Response::status).orElse(0)));
                    open = response.isPresent() && !response.get().head().lists("connection", "close");
                    // An agent's pace, not a wait: as fast as it can, the test would measure the machine.
                    Await.pace(Duration.ofMillis(10));
                }
            }
        }
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Waits for a call that begins after this moment and is answered so. */
    void awaitNext(int status) {
        int before = calls.size();
        Await.until(
                thread.getName() + " is answered " + status,
                () -> calls.stream().skip(before + 1L).anyMatch(call -> call.status() == status));
    }

    @Override
    public void close() {
        stopped = true;
        Await.until(thread.getName() + " has ended", () -> !thread.isAlive());
    }
}
