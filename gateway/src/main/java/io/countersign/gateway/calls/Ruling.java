package io.countersign.gateway.calls;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import java.util.Locale;

/**
 * What the rules said of a call. Not the rule itself, which may hold on to a whole list that has been replaced.
 *
 * @param rule file and line, setting, or {@code default}
 * @param text the rule as it acts
 */
public record Ruling(Decision decision, String rule, String text) {
    /** What they said. */
    public enum Decision {
        ALLOWED,
        WOULD_DENY,
        DENIED
    }

    /** As in logs. */
    public String word() {
        return decision.name().toLowerCase(Locale.ROOT);
    }

    /** The texts of a rule are made once, when it first decides. */
    public static Ruling of(Verdict verdict) {
        Rule by = verdict.by();
        Decision decision = verdict instanceof Verdict.Denied
                ? Decision.DENIED
                : verdict instanceof Verdict.WouldDeny ? Decision.WOULD_DENY : Decision.ALLOWED;
        return new Ruling(decision, by.source(), by.text());
    }
}
