package io.countersign.cli.agents;

import io.countersign.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Puts agents through one cause after the other. */
final class Ordeal {
    private final List<Agent> agents;
    private final Duration each;

    /** @param each how long a cause lasts at least; in any case until every agent has met it */
    Ordeal(List<Agent> agents, Duration each) {
        this.agents = List.copyOf(agents);
        this.each = each;
    }

    /** Each cause in turn; after each, everyone delivers again. */
    void through(List<Cause> causes) throws IOException {
        for (Cause cause : causes) {
            long start = System.nanoTime();
            through(cause);
            System.out.println(cause + ": " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        }
    }

    private void through(Cause cause) throws IOException {
        Map<Agent, Double> retried = new HashMap<>();
        for (Agent agent : agents) {
            retried.put(agent, agent.retried());
        }
        long start = System.nanoTime();
        cause.begin().run();
        for (Agent agent : agents) {
            Await.until(agent.name() + " to send again at: " + cause, () -> {
                agent.assertNothingDropped();
                return agent.retried() > retried.get(agent);
            });
        }
        Await.until("the time of " + cause, () -> System.nanoTime() - start >= each.toNanos());
        Map<Agent, Double> delivered = new HashMap<>();
        for (Agent agent : agents) {
            agent.assertNothingDropped();
            delivered.put(agent, agent.delivered());
        }
        cause.end().run();
        for (Agent agent : agents) {
            Await.until(agent.name() + " to deliver after: " + cause, () -> agent.delivered() > delivered.get(agent));
        }
    }
}
