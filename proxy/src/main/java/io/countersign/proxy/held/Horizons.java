package io.countersign.proxy.held;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long the agents of this installation keep data: an operator may have configured them otherwise than they come.
 *
 * @param set by the operator; the others have their own defaults
 */
public record Horizons(Map<Agent, Duration> set) {
    /** Agents as they come. */
    public static final Horizons DEFAULT = new Horizons(Map.of());

    private static final Duration MAX = Duration.ofDays(30);

    public Horizons {
        set = Map.copyOf(set);
    }

    /** Of the section {@code agents}. */
    public static Horizons read(Section agents, UnknownKeys unknown) {
        Map<Agent, Duration> set = new EnumMap<>(Agent.class);
        for (Agent agent : Agent.values()) {
            Section own = agents.section(agent.label());
            if (own.has("horizon")) {
                set.put(agent, own.duration("horizon", Duration.ZERO, MAX));
            }
            own.rejectUnknown(unknown);
        }
        agents.rejectUnknown(unknown);
        return new Horizons(set);
    }

    public Horizon of(Agent agent) {
        Duration lasts = set.get(agent);
        if (lasts == null) {
            return agent.horizon();
        }
        Horizon.Kind kind = lasts.isZero() ? Horizon.Kind.NONE : agent.horizon().kind();
        // One that keeps nothing at its defaults keeps it by something that is not known here.
        return Horizon.of(kind == Horizon.Kind.NONE && !lasts.isZero() ? Horizon.Kind.UNKNOWN : kind, lasts);
    }
}
