package io.countersign.proxy.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upstreams of one route in order of preference, and how each fares. Shared by all event loops, and kept over reloads that change
 * nothing of it.
 */
public final class Failover {
    private static final Logger LOG = LoggerFactory.getLogger(Failover.class);

    private final String route;
    private final FailoverConfig config;
    private final List<Member> members = new ArrayList<>();

    /**
     * @param route its name, for the log
     * @param upstreams their URLs
     * @param ticker nanoseconds, from any origin
     * @param random from 0 to 1
     */
    public Failover(
            String route, List<String> upstreams, FailoverConfig config, LongSupplier ticker, DoubleSupplier random) {
        this.route = route;
        this.config = config;
        for (String upstream : upstreams) {
            members.add(new Member(upstream, ticker, random));
        }
    }

    /** What counts as a failure. */
    public FailoverConfig config() {
        return config;
    }

    /** The first upstream from {@code from} on that requests may go to; empty when all of those are left out. */
    public Optional<Turn> next(int from) {
        for (int i = from; i < members.size(); i++) {
            Member member = members.get(i);
            Optional<Breaker.Pass> pass = member.breaker.tryPass();
            if (pass.isPresent()) {
                member.requests.increment();
                return Optional.of(new Turn(i, pass.get(), i + 1 < members.size(), member));
            }
        }
        return Optional.empty();
    }

    /** How long until one of the upstreams is tried again. */
    public Duration untilTrial() {
        return members.stream()
                .map(member -> member.breaker.untilTrial())
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** How each fares, in order of preference. */
    public List<UpstreamStatus> statuses() {
        List<UpstreamStatus> all = new ArrayList<>();
        boolean found = false;
        for (Member member : members) {
            Condition condition = member.breaker.condition();
            boolean inUse = !found && condition == Condition.CLOSED;
            found |= inUse;
            all.add(member.status(condition, inUse));
        }
        return all;
    }

    /** Where requests go that do not go to {@code left}. */
    private String elsewhere(Member left) {
        return members.stream()
                .filter(member -> member != left && member.breaker.condition() == Condition.CLOSED)
                .findFirst()
                .map(member -> "requests go to " + member.upstream)
                .orElse("no other one is left, so requests are answered 503");
    }

    /** One upstream. */
    private final class Member implements Breaker.Listener {
        private final String upstream;
        private final Breaker breaker;
        private final LongAdder requests = new LongAdder();
        private final Map<String, LongAdder> moved = new ConcurrentHashMap<>();

        Member(String upstream, LongSupplier ticker, DoubleSupplier random) {
            this.upstream = upstream;
            this.breaker = new Breaker(config, ticker, random, this);
        }

        @Override
        public void opened(String cause) {
            LOG.warn(
                    "route {}: {} has failed {} in a row, last by {}; {}, and one at a time tries it again after {} s",
                    route,
                    upstream,
                    config.failures() == 1 ? "once" : config.failures() + " times",
                    cause,
                    elsewhere(this),
                    config.coolDown().toMillis() / 1000.0);
        }

        @Override
        public void closed(Duration after) {
            LOG.info("route {}: {} is back after {} s; requests go there again", route, upstream, after.toSeconds());
        }

        UpstreamStatus status(Condition condition, boolean inUse) {
            Map<String, Long> counts = new TreeMap<>();
            moved.forEach((cause, count) -> counts.put(cause, count.sum()));
            return new UpstreamStatus(upstream, condition, inUse, requests.sum(), counts);
        }
    }

    /** One request's turn at one upstream. Confined to its exchange's loop; only the first outcome that it gets counts. */
    public final class Turn {
        private final int index;
        private final Breaker.Pass pass;
        private final boolean hasNext;
        private final Member member;

        private Turn(int index, Breaker.Pass pass, boolean hasNext, Member member) {
            this.index = index;
            this.pass = pass;
            this.hasNext = hasNext;
            this.member = member;
        }

        /** Which upstream, by its place in the order of preference. */
        public int index() {
            return index;
        }

        /** Whether the route names more upstreams after it. */
        public boolean hasNext() {
            return hasNext;
        }

        /** Nothing could be sent there: whether that counts as a failure. */
        public boolean notConnected(String cause) {
            return failedIf(config.connect(), cause);
        }

        /** A response, or a local response that stands for one: whether it counts as a failure. */
        public boolean responded(int status, String cause) {
            boolean failed = failedIf(config.statuses().contains(status), cause);
            pass.succeeded();
            return failed;
        }

        /** It said nothing of the upstream. */
        public void undecided() {
            pass.undecided();
        }

        private boolean failedIf(boolean failed, String cause) {
            if (failed) {
                pass.failed(cause);
            }
            return failed;
        }

        /** The request goes on to another upstream. */
        public void moved(String cause) {
            member.moved.computeIfAbsent(cause, any -> new LongAdder()).increment();
        }
    }
}
