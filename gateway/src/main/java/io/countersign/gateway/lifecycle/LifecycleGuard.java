package io.countersign.gateway.lifecycle;

import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Head;
import io.countersign.proxy.admission.Terms;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.local.GuardResponses;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.time.Clock;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets each route be called as far as its life has come. */
final class LifecycleGuard implements Guard {
    /** Agents obey Retry-After uncapped, and are to be back soon after a brownout; the same as for causes that wait for a person. */
    private static final long MAX_WAIT_SECONDS = 30;

    private static final Ruling PASS = new Ruling.Pass(Terms.OF_THE_ROUTE);

    /** Of callers who see some drafts and not others: past so many combinations, each is made anew. */
    private static final int MAX_COMBINATIONS = 1000;

    private final Set<String> routes;
    private final List<RouteLife> drafts;
    private final Map<BitSet, Ruling> seeing = new ConcurrentHashMap<>();
    private final Map<String, RouteLife> ending;
    private final Map<String, Ruling> passing = new HashMap<>();
    private final Clock clock;

    /** @param routes names of all routes */
    LifecycleGuard(LifecycleConfig config, Set<String> routes, Clock clock) {
        this.routes = Set.copyOf(routes);
        this.clock = clock;
        drafts = config.routes().stream()
                .filter(life -> life.state() == State.DRAFT)
                .toList();
        ending = config.endingByName();
        for (RouteLife life : config.routes()) {
            List<SetHeader> fields = life.fields();
            if (!fields.isEmpty()) {
                passing.put(life.route(), new Ruling.Pass(Terms.OF_THE_ROUTE.responding(fields)));
            }
        }
    }

    /** Before the route is looked for, so that not even a preflight shows that there is a draft. */
    @Override
    public Ruling judge(Caller caller, Head head) {
        if (drafts.isEmpty()) {
            return PASS;
        }
        BitSet hidden = new BitSet(drafts.size());
        for (int i = 0; i < drafts.size(); i++) {
            if (!drafts.get(i).draftFor().contain(caller)) {
                hidden.set(i);
            }
        }
        if (hidden.isEmpty()) {
            return PASS;
        }
        Ruling known = seeing.get(hidden);
        if (known != null) {
            return known;
        }
        Ruling ruling = without(hidden);
        if (seeing.size() < MAX_COMBINATIONS) {
            seeing.put(hidden, ruling);
        }
        return ruling;
    }

    private Ruling without(BitSet hidden) {
        Set<String> visible = new HashSet<>(routes);
        hidden.stream().forEach(draft -> visible.remove(drafts.get(draft).route()));
        return new Ruling.Pass(Terms.OF_THE_ROUTE.onlyRoutes(visible));
    }

    @Override
    public Ruling judge(Caller caller, Head head, Route route) {
        return passing.getOrDefault(route.name(), PASS);
    }

    /** What the route's responses say of its end goes with a refusal too, so that refusals come last. */
    @Override
    public Entry enter(Caller caller, Head head, Route route) {
        return enter(route.name());
    }

    Entry enter(String route) {
        RouteLife life = ending.get(route);
        return life == null
                ? Entry.FREE
                : refusal(life, clock.instant()).<Entry>map(Entry.Refuse::new).orElse(Entry.FREE);
    }

    private static Optional<LocalResponse> refusal(RouteLife life, Instant now) {
        if (life.state() == State.RETIRED) {
            Optional<Instant> last = life.retireFinal();
            return Optional.of(
                    last.isPresent() && !now.isBefore(last.get())
                            ? GuardResponses.gone(life.route(), more(life))
                            : GuardResponses.retired(life.route(), more(life), (int) MAX_WAIT_SECONDS));
        }
        long left = life.deprecation()
                .flatMap(Deprecation::brownout)
                .map(brownout -> brownout.secondsLeft(now))
                .orElse(0L);
        return left == 0
                ? Optional.empty()
                : Optional.of(
                        GuardResponses.brownout(life.route(), more(life), (int) Math.min(left, MAX_WAIT_SECONDS)));
    }

    /** Where to turn, for the person who reads it. */
    private static String more(RouteLife life) {
        StringBuilder more = new StringBuilder();
        life.successor().ifPresent(url -> more.append("; its successor is ").append(url));
        life.about().contact().ifPresent(contact -> more.append("; ask ").append(contact));
        return more.toString();
    }
}
