package io.countersign.gateway.identity;

import io.countersign.gateway.identity.kubernetes.KubernetesConfig;
import io.countersign.gateway.identity.kubernetes.ServiceAccounts;
import io.countersign.proxy.Extension;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.settings.ProxyConfig;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who callers are: the part of the gateway that reads their tokens. An issuer's keys outlive a configuration, as long as the next one
 * says the same of the issuer.
 */
public final class Identities implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Identities.class);

    private final Function<ProxyConfig, IdentityConfig> settings;
    private final Clock clock;
    private final LongSupplier ticker;
    private Optional<Issuer> inForce = Optional.empty();
    private Optional<Issuer> proposed = Optional.empty();

    private record Issuer(KubernetesConfig config, ServiceAccounts accounts) {}

    /**
     * Makes it.
     *
     * @param settings finds those of this part
     * @param ticker as {@link System#nanoTime}
     */
    public Identities(Function<ProxyConfig, IdentityConfig> settings, Clock clock, LongSupplier ticker) {
        this.settings = settings;
        this.clock = clock;
        this.ticker = ticker;
    }

    @Override
    public String name() {
        return "identities";
    }

    @Override
    public List<Guard> guards(ProxyConfig config) {
        IdentityConfig identity = settings.apply(config);
        return List.of(
                new IdentityGuard(identity.tokens(), identity.kubernetes().map(this::accounts), clock));
    }

    /** Those of the configuration in force, if they are the same; others are not started before theirs is taken. */
    private synchronized ServiceAccounts accounts(KubernetesConfig config) {
        if (inForce.filter(issuer -> issuer.config().equals(config)).isEmpty()) {
            proposed = Optional.of(new Issuer(config, new ServiceAccounts(config, clock, ticker)));
            return proposed.get().accounts();
        }
        return inForce.get().accounts();
    }

    @Override
    public List<String> summary(ProxyConfig config) {
        return settings.apply(config).kubernetes().flatMap(KubernetesConfig::way).stream()
                .toList();
    }

    @Override
    public synchronized void taken(ProxyConfig config) {
        Optional<KubernetesConfig> wanted = settings.apply(config).kubernetes();
        if (!inForce.map(Issuer::config).equals(wanted)) {
            inForce.ifPresent(issuer -> issuer.accounts().close());
            inForce = proposed.filter(issuer -> Optional.of(issuer.config()).equals(wanted));
            inForce.ifPresent(issuer -> issuer.accounts().start());
            inForce.flatMap(issuer -> issuer.config().way()).ifPresent(LOG::info);
        }
        proposed = Optional.empty();
    }

    @Override
    public synchronized void refused(List<ConfigFault> why) {
        proposed = Optional.empty();
    }

    @Override
    public synchronized void close() {
        inForce.ifPresent(issuer -> issuer.accounts().close());
        inForce = Optional.empty();
    }
}
