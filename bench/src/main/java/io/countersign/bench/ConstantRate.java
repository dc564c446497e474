package io.countersign.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Sends POSTs at a constant rate, whatever becomes of those before. A latency runs from the moment at which a request was due, so that a
 * pause of the server counts for every request that was due in it, not only for the one that met it ("coordinated omission").
 *
 * <p>Each connection is a thread, which sends every n-th request and blocks until the response has come. While it measures, it makes
 * no garbage to speak of, and its own collector does not run.
 */
public final class ConstantRate {
    /** A server that does not keep up is waited for so long after the last request was due; what has not been sent then never is. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private ConstantRate() {}

    /**
     * @param seconds that are measured
     * @param warmUp seconds before those
     */
    private record Plan(int port, int rate, int seconds, int warmUp, int connections, int body, String path) {
        /** Nanoseconds from the start to the moment when that request is due. */
        long due(long request) {
            return request * 1_000_000_000L / rate;
        }

        long first() {
            return (long) rate * warmUp;
        }

        long end() {
            return first() + (long) rate * seconds;
        }

        int mostOfOne() {
            return (int) ((end() - first()) / connections) + 1;
        }
    }

    /**
     * Arguments: port on 127.0.0.1, requests a second, seconds, seconds of warm-up, connections, bytes of body, and path. Prints one line
     * of JSON: how many requests got which status, got none ({@code failed}) or were not sent in time ({@code unsent}), and in microseconds the latency of those with a status ({@code latency}, from when
     * they were due), what they took from when they were sent ({@code took}, by the status's first digit), and by how much this
     * program sent late ({@code late}), for connections that were free.
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 7) {
            System.err.println("usage: ConstantRate PORT RATE SECONDS WARM-UP CONNECTIONS BODY-BYTES PATH");
            System.exit(2);
        }
        int[] numbers = new int[6];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.parseInt(arguments[i]);
        }
        Plan plan = new Plan(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], arguments[6]);
        List<Sender> senders = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime() + 200_000_000L;
        for (int i = 0; i < plan.connections(); i++) {
            Sender sender = new Sender(plan, i, start);
            senders.add(sender);
            threads.add(new Thread(sender, "sender-" + i));
        }
        threads.forEach(Thread::start);
        long last = start + plan.due(plan.end()) + GRACE.toNanos();
        for (int i = 0; i < threads.size(); i++) {
            threads.get(i).join(Math.max(1, (last - System.nanoTime()) / 1_000_000));
            senders.get(i).end();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println(report(senders));
    }

    private static String report(List<Sender> senders) {
        TreeMap<Integer, Integer> statuses = new TreeMap<>();
        TreeMap<String, Latencies> took = new TreeMap<>();
        Latencies latency = Latencies.empty();
        Latencies late = Latencies.empty();
        int unsent = 0;
        for (Sender sender : senders) {
            latency = latency.plus(sender.latency);
            late = late.plus(sender.late);
            unsent += sender.unsent;
            for (int i = 0; i < sender.statuses.length; i++) {
                if (sender.statuses[i] > 0) {
                    statuses.merge(i, sender.statuses[i], Integer::sum);
                }
            }
            for (int i = 0; i < sender.took.length; i++) {
                took.merge(i + "xx", sender.took[i], Latencies::plus);
            }
        }
        took.values().removeIf(Latencies::isEmpty);
        return "{\"status\": " + members(statuses) + ", \"failed\": " + statuses.getOrDefault(0, 0) + ", \"unsent\": "
                + unsent + ", \"latency\": " + latency + ", \"late\": " + late + ", \"took\": " + members(took) + "}";
    }

    private static String members(Map<?, ?> map) {
        return map.entrySet().stream()
                .map(each -> "\"" + each.getKey() + "\": " + each.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** One connection; the status 0 is that of a request without a response. */
    private static final class Sender implements Runnable {
        private final Plan plan;
        private final int number;
        private final long start;
        private final Client client;
        private final int[] statuses = new int[600];
        private final Latencies latency;
        private final Latencies late;
        private final Latencies[] took = new Latencies[6];
        private int unsent;
        private volatile boolean over;

        Sender(Plan plan, int number, long start) {
            this.plan = plan;
            this.number = number;
            this.start = start;
            client = new Client(plan.port(), plan.path(), plan.body());
            latency = new Latencies(plan.mostOfOne());
            late = new Latencies(plan.mostOfOne());
            for (int i = 0; i < took.length; i++) {
                took[i] = new Latencies(plan.mostOfOne());
            }
        }

        @Override
        public void run() {
            for (long request = number; request < plan.end(); request += plan.connections()) {
                if (over) {
                    unsent++;
                    continue;
                }
                long due = start + plan.due(request);
                boolean free = sleepUntil(due);
                long sent = System.nanoTime();
                int status = client.exchange();
                long end = System.nanoTime();
                if (request >= plan.first()) {
                    note(status, end - due, end - sent);
                    if (free) {
                        late.add(sent - due);
                    }
                }
            }
            client.close();
        }

        /** From another thread. */
        void end() {
            over = true;
            client.close();
        }

        private void note(int status, long sinceDue, long sinceSent) {
            statuses[status]++;
            if (status > 0) {
                latency.add(sinceDue);
                took[status / 100].add(sinceSent);
            }
        }

        /** Whether there was time left. */
        private static boolean sleepUntil(long moment) {
            boolean free = false;
            for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
                LockSupport.parkNanos(left);
                free = true;
            }
            return free;
        }
    }
}
