package io.countersign.proxy.upstream;

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
 * Names to addresses by the system's resolver, off the event loops.
 *
 * <p>The system's call blocks for as long as it likes, so: few threads, one question for each name at a time, a bounded
 * queue, and callers with a deadline of their own. The JDK caches answers for 30 s; nothing is cached here.
 */
public final class Resolver implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int QUEUE = 256;

    private final ThreadPoolExecutor threads;
    private final Map<String, CompletableFuture<List<InetAddress>>> asked = new ConcurrentHashMap<>();

    /** Starts no thread before the first question. */
    public Resolver() {
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
                    Thread thread = new Thread(task, "countersign-resolver");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * The addresses of a host as configured, in the resolver's order; completes on any thread.
     *
     * <p>Fails with {@link UnknownHostException}, or with {@link ProhibitedException} when a name (not a literal, nor
     * {@code localhost}) leads to a forbidden address alone.
     */
    CompletableFuture<List<InetAddress>> resolve(String host) {
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

    private void ask(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            InetAddress[] all = InetAddress.getAllByName(host);
            List<InetAddress> good = new ArrayList<>(all.length);
            for (InetAddress address : all) {
                if (host.equalsIgnoreCase("localhost") || !ForbiddenAddress.isForbidden(address)) {
                    good.add(address);
                }
            }
            asked.remove(host, answer);
            if (good.isEmpty()) {
                answer.completeExceptionally(new ProhibitedException(host + " resolves to " + all[0].getHostAddress()
                        + ", a loopback, link-local or metadata address"));
            } else {
                answer.complete(List.copyOf(good));
            }
        } catch (UnknownHostException | RuntimeException e) {
            asked.remove(host, answer);
            answer.completeExceptionally(e);
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
