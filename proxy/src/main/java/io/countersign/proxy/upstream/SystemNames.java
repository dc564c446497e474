package io.countersign.proxy.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The system's resolver, off the event loops. Its call blocks for as long as it likes, so a bounded number of threads (names that
 * hang must not hold up the others) and of waiting names. The JDK caches its answers: see {@link
 * io.countersign.proxy.net.JdkNameCache}.
 */
final class SystemNames implements NameLookup {
    private static final int MAX_THREADS = 16;
    private static final int MAX_WAITING = 256;

    /** Looks one name up and blocks; the system's, or a test's. */
    interface Blocking {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final Blocking lookup;
    private final ThreadPoolExecutor threads;

    /** Starts no thread before the first question. */
    SystemNames(Blocking lookup) {
        this.lookup = lookup;
        threads = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "countersign-resolver");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletableFuture<List<InetAddress>> addresses(String host) {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> ask(host, answer));
        } catch (RejectedExecutionException e) {
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
}
