package io.countersign.proxy.upstream;

import io.countersign.proxy.net.Destination;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Names to addresses by the system's resolver, off the event loops, and judged by {@link Destination} before anything
 * connects.
 *
 * <p>The system's call blocks for as long as it likes, so: one question for each name at a time, a bounded number of
 * threads (names that hang must not hold up the others) and of waiting names, and callers with a deadline of their own. The
 * JDK caches answers for 30 s and failures for 10 s; nothing is cached here. Safe for use from all event loops.
 */
public final class Resolver implements AutoCloseable {
    private static final int MAX_THREADS = 16;
    private static final int MAX_WAITING = 256;

    /** Looks one name up and blocks; the system's, or a test's. */
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final ThreadPoolExecutor threads;
    private final Map<String, CompletableFuture<List<InetAddress>>> asked = new ConcurrentHashMap<>();

    /** Starts no thread before the first question. */
    public Resolver() {
        this(InetAddress::getAllByName);
    }

    Resolver(Lookup lookup) {
        this.lookup = lookup;
        threads = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "countersign-resolver");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * The addresses that a connection to this upstream may go to, at least one, in the resolver's order; completes on any
     * thread.
     *
     * <p>Fails with {@link UnknownHostException}, or with {@link ProhibitedException} when the host leads only to addresses
     * where nothing of this upstream may go.
     */
    CompletableFuture<List<InetAddress>> resolve(UpstreamConfig upstream) {
        Destination to = upstream.destination();
        return addresses(to.host()).thenCompose(all -> permitted(to, all));
    }

    private static CompletableFuture<List<InetAddress>> permitted(Destination to, List<InetAddress> all) {
        List<InetAddress> permitted = all.stream().filter(to::permits).toList();
        if (!permitted.isEmpty()) {
            return CompletableFuture.completedFuture(permitted);
        }
        InetAddress first = all.get(0);
        return CompletableFuture.failedFuture(new ProhibitedException(
                to.host() + " resolves to " + first.getHostAddress() + ", " + to.reason(first)));
    }

    private CompletableFuture<List<InetAddress>> addresses(String host) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            try {
                return CompletableFuture.completedFuture(List.of(InetAddress.getByAddress(literal)));
            } catch (UnknownHostException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> earlier = asked.putIfAbsent(host, answer);
        if (earlier != null) {
            return earlier;
        }
        try {
            threads.execute(() -> ask(host, answer));
        } catch (RejectedExecutionException e) {
            asked.remove(host, answer);
            answer.completeExceptionally(new UnknownHostException("too many names wait for the resolver"));
        }
        return answer;
    }

    /** Whatever happens, the question is over afterwards: a name whose answer never came could never be asked for again. */
    private void ask(String host, CompletableFuture<List<InetAddress>> answer) {
        List<InetAddress> all = new ArrayList<>();
        Throwable failure = new UnknownHostException(host);
        try {
            all.addAll(List.of(lookup.addresses(host)));
        } catch (UnknownHostException | RuntimeException | Error e) {
            failure = e;
        }
        asked.remove(host, answer);
        if (all.isEmpty()) {
            answer.completeExceptionally(failure);
        } else {
            answer.complete(List.copyOf(all));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** The name leads where no upstream may be. */
    static final class ProhibitedException extends Exception {
        ProhibitedException(String message) {
            super(message, null, false, false);
        }
    }
}
