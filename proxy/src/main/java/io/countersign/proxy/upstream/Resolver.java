package io.countersign.proxy.upstream;

import io.countersign.proxy.net.Destination;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names to addresses, off the event loops, and judged by {@link Destination} before anything connects.
 *
 * <p>Asks one question for each name at a time; whoever asks has a deadline of their own. Nothing is cached here, but for the last
 * addresses of each name, which are used for a while when it can't be resolved any more. Safe for use from all event loops.
 */
public final class Resolver implements AutoCloseable {
    /** How long an answer is waited for where there is an older one. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final NameLookup lookup;
    private final LastAnswers last;
    private final Map<String, CompletableFuture<List<InetAddress>>> asked = new ConcurrentHashMap<>();
    private final AtomicLong fresh = new AtomicLong();
    private final AtomicLong lastGood = new AtomicLong();
    private final AtomicLong none = new AtomicLong();

    /** By the system's resolver, and nothing is kept. Starts no thread before the first question. */
    public Resolver() {
        this(InetAddress::getAllByName);
    }

    Resolver(SystemNames.Blocking lookup) {
        this(new SystemNames(lookup), Duration.ZERO, Ticker.systemTicker());
    }

    /** @param keep for how long a name's last addresses are used while it can't be resolved */
    Resolver(NameLookup lookup, Duration keep, Ticker ticker) {
        this.lookup = lookup;
        this.last = new LastAnswers(keep, ticker);
    }

    /** As it is configured. Starts no thread before the first question. */
    public static Resolver of(NamesConfig config) {
        NameLookup lookup = switch (config.resolver()) {
            case SYSTEM -> new SystemNames(InetAddress::getAllByName);
            case DNS -> new DnsNames(config.servers());
        };
        return new Resolver(lookup, config.lastGood(), Ticker.systemTicker());
    }

    /** How often a connection needed the addresses of a name, by where they came from, since the start. */
    public Map<String, Long> counts() {
        return Map.of("resolver", fresh.get(), "last_good", lastGood.get(), "none", none.get());
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

    /**
     * How long to wait for an answer.
     *
     * @param limit where there is nothing to use in its place
     */
    Duration patience(UpstreamConfig upstream, Duration limit) {
        boolean older = last.has(upstream.hop().host()) && limit.compareTo(PATIENCE) > 0;
        return older ? PATIENCE : limit;
    }

    /** What to use when {@link #resolve} has not answered in time: judged as well; empty when there is nothing. */
    Optional<List<InetAddress>> instead(UpstreamConfig upstream) {
        Destination to = upstream.destination();
        last.failed(to.host());
        Optional<List<InetAddress>> known = last.use(to.host(), "no answer");
        (known.isPresent() ? lastGood : none).incrementAndGet();
        return known.map(all -> all.stream().filter(to::permits).toList()).filter(all -> !all.isEmpty());
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
        // Asked for a name that fails as well, or nobody would notice when it is over.
        CompletableFuture<List<InetAddress>> answer = ask(host);
        if (last.isFailing(host)) {
            Optional<List<InetAddress>> known = last.use(host, "no answer");
            if (known.isPresent()) {
                lastGood.incrementAndGet();
                return CompletableFuture.completedFuture(known.get());
            }
        }
        return answer.handle((all, error) -> error == null ? counted(all) : inPlaceOf(host, error));
    }

    private List<InetAddress> counted(List<InetAddress> all) {
        fresh.incrementAndGet();
        return all;
    }

    private List<InetAddress> inPlaceOf(String host, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        Optional<List<InetAddress>> known = last.use(host, String.valueOf(cause.getMessage()));
        (known.isPresent() ? lastGood : none).incrementAndGet();
        return known.orElseThrow(() -> new CompletionException(cause));
    }

    private CompletableFuture<List<InetAddress>> ask(String host) {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> earlier = asked.putIfAbsent(host, answer);
        if (earlier != null) {
            return earlier;
        }
        lookup.addresses(host).whenComplete((all, error) -> {
            asked.remove(host, answer);
            if (error == null) {
                last.resolved(host, all);
                answer.complete(all);
            } else {
                last.failed(host);
                answer.completeExceptionally(error);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        lookup.close();
    }

    /** The name leads where no upstream may be. */
    static final class ProhibitedException extends Exception {
        ProhibitedException(String message) {
            super(message, null, false, false);
        }
    }
}
