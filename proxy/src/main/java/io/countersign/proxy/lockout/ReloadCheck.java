package io.countersign.proxy.lockout;

import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.ReloadGuard;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.config.ConfigFault;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the callers of the last ten minutes whom new rules would shut out, though no entry denies them: most often a slip in a list, or
 * half of one. Whom a deny entry names is meant to be shut out.
 */
public final class ReloadCheck {
    private static final int MAX_LINES = 20;
    private static final int MAX_NAMES = 5;

    private final RecentCallers recent;
    private final Predicate<Caller> approved;
    private final Clock clock;

    /** @param approved whether a caller that no list names may call all the same */
    public ReloadCheck(RecentCallers recent, Predicate<Caller> approved, Clock clock) {
        this.recent = recent;
        this.approved = approved;
        this.clock = clock;
    }

    /** Remembers callers from now on, or, with the guard off, forgets them all. */
    public void keepFor(ReloadGuard guard) {
        recent.keepFor(guard);
    }

    /** One for each line by which callers are let in now, and would not be any more; empty where nobody is shut out. */
    public List<ConfigFault> shutOut(CallerRules inForce, CallerRules next) {
        Instant now = clock.instant();
        Map<String, List<Caller>> byLine = new TreeMap<>();
        for (RecentCallers.Recent each : recent.before(now)) {
            Caller caller = each.caller();
            Verdict will = next.decide(caller);
            Verdict is = inForce.decide(caller);
            boolean lost = will instanceof Verdict.Denied denied && denied.isUnlisted();
            if (lost && is instanceof Verdict.Allowed && !approved.test(caller)) {
                byLine.computeIfAbsent(text(is.by()), line -> new ArrayList<>()).add(caller);
            }
        }
        List<ConfigFault> found = new ArrayList<>();
        byLine.forEach((line, callers) -> found.add(new ConfigFault(
                line,
                "lets in " + names(callers)
                        + " until now, who called within the last ten minutes and would be shut out")));
        if (found.size() > MAX_LINES) {
            int more = found.size() - MAX_LINES;
            found.subList(MAX_LINES, found.size()).clear();
            found.add(new ConfigFault("access", more + " more lines let in callers who would be shut out"));
        }
        return found;
    }

    private static String text(Rule rule) {
        return rule.isDefault() ? "access" : rule.source() + " (" + rule.text() + ")";
    }

    private static String names(List<Caller> callers) {
        String first =
                callers.stream().map(Caller::toString).sorted().limit(MAX_NAMES).collect(Collectors.joining(", "));
        return callers.size() > MAX_NAMES ? first + " and " + (callers.size() - MAX_NAMES) + " more callers" : first;
    }
}
