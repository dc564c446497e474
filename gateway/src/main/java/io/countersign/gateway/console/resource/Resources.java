package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.config.Reloads;
import io.countersign.gateway.console.config.ShownSettings;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.overview.Overview;
import io.countersign.proxy.Host;
import java.util.List;
import java.util.function.Supplier;

/** The resources that show what the core does. */
public final class Resources {
    private Resources() {}

    /**
     * All of them.
     *
     * @param settings those in force
     * @param tokens those that the console takes, and those of callers in the same file
     */
    public static List<ApiResource> of(
            Host host,
            Calls calls,
            Overview overview,
            Reloads reloads,
            Supplier<ShownSettings> settings,
            Supplier<List<Token>> tokens) {
        return List.of(
                new StatusResource(host, settings, reloads),
                new ConfigurationResource(settings),
                new RoutesResource(host),
                new OverviewResource(overview),
                new HeldResource(
                        host.inside().metrics().held(),
                        () -> host.config().operation().horizons(),
                        host.inside().state().routes(),
                        overview),
                new CallersResource(calls),
                new RulesResource(host::config, calls),
                new RuleTestResource(host::config, () -> host.snapshot().guards(), host.clock()),
                new RejectionsResource(host.inside().state().routes()),
                new CallsResource(calls),
                new CallResource(calls),
                new EventsResource(calls, reloads, host.inside().state().routes()),
                new ReloadResource(host::reload, reloads),
                new TokensResource(tokens));
    }
}
