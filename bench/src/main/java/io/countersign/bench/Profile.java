package io.countersign.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import one.profiler.AsyncProfilerLoader;

/**
 * Prints where the processor time and the garbage of a request go, of a proxy that runs. The load comes from a command that prints
 * {@code N requests in}, as wrk does; it is run once for each of the three measurements.
 */
public final class Profile {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");

    private final String pid;
    private final int seconds;
    private final int lines;
    private final List<String> load;

    private Profile(String pid, int seconds, int lines, List<String> load) {
        this.pid = pid;
        this.seconds = seconds;
        this.lines = lines;
        this.load = load;
    }

    /** Arguments: process id, seconds that the load takes, lines of each list, and the load's command. */
    public static void main(String[] arguments) throws Exception {
        Profile profile = new Profile(
                arguments[0],
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                List.of(arguments).subList(3, arguments.length));
        double bytes = profile.count();
        profile.allocations(bytes);
        profile.time();
    }

    /** Prints the loops' sums, which need no sampling, and returns the garbage of a request in bytes. */
    @SuppressWarnings("BanJNDI") // The address is the one that the process has just given, on this machine.
    private double count() throws Exception {
        VirtualMachine machine = VirtualMachine.attach(pid);
        String address = machine.startLocalManagementAgent();
        machine.detach();
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            long[] loops = loops(threads);
            Sums before = Sums.of(threads, loops);
            long requests = run();
            Sums after = Sums.of(threads, loops);
            double bytes = (double) (after.bytes - before.bytes) / requests;
            System.out.printf(
                    "%d requests: %.0f bytes of garbage and %.1f us of the event loop's CPU time per request%n",
                    requests, bytes, (after.nanos - before.nanos) / 1e3 / requests);
            return bytes;
        }
    }

    private static long[] loops(ThreadMXBean threads) {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("countersign-loop"))
                .mapToLong(thread -> thread.getThreadId())
                .toArray();
    }

    private record Sums(long bytes, long nanos) {
        static Sums of(ThreadMXBean threads, long[] loops) {
            return new Sums(sum(threads.getThreadAllocatedBytes(loops)), sum(threads.getThreadCpuTime(loops)));
        }

        private static long sum(long[] values) {
            return Arrays.stream(values).sum();
        }
    }

    private void allocations(double bytes) throws Exception {
        Stacks stacks = sampled("--alloc", "8k", "--total");
        System.out.println();
        System.out.println("bytes of garbage per request by who has it made:");
        print(stacks, stacks.by(Stacks::site), lines, bytes, "%8.0f");
        System.out.println();
        System.out.println("and by class:");
        print(stacks, stacks.by(Stacks::method), lines, bytes, "%8.0f");
    }

    private void time() throws Exception {
        Stacks stacks = sampled("-e", "cpu", "-i", "500us");
        System.out.println();
        System.out.println("the event loop's CPU time by part, in percent (" + stacks.total() + " samples):");
        print(stacks, stacks.by(Stacks::part), Integer.MAX_VALUE, 100, "%8.1f");
        System.out.println();
        System.out.println("and by method:");
        print(stacks, stacks.by(Stacks::method), lines, 100, "%8.1f");
    }

    private static void print(
            Stacks stacks, List<Map.Entry<String, Long>> entries, int most, double whole, String format) {
        entries.stream()
                .limit(most)
                .forEach(entry ->
                        System.out.printf(format + " %s%n", whole * entry.getValue() / stacks.total(), entry.getKey()));
    }

    private Stacks sampled(String... how) throws Exception {
        Path file = Files.createTempFile("profile", ".collapsed");
        try {
            Process running = start();
            List<String> command = new ArrayList<>(List.of(how));
            command.addAll(List.of("-d", Integer.toString(Math.max(1, seconds - 1)), "-t", "-o", "collapsed"));
            command.addAll(List.of("-f", file.toString(), pid));
            AsyncProfilerLoader.executeProfiler(command.toArray(String[]::new));
            requests(running);
            return Stacks.ofLoops(file);
        } finally {
            Files.delete(file);
        }
    }

    private long run() throws IOException, InterruptedException {
        return requests(start());
    }

    private Process start() throws IOException {
        return new ProcessBuilder(load).redirectErrorStream(true).start();
    }

    private static long requests(Process running) throws IOException, InterruptedException {
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher requests = REQUESTS.matcher(said);
        if (running.waitFor() != 0 || !requests.find() || said.contains("Non-2xx")) {
            throw new IllegalStateException("the load failed: " + said);
        }
        return Long.parseLong(requests.group(1));
    }
}
