package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import java.util.List;
import java.util.StringJoiner;

/**
 * The first provider that is set up here. One that is set up and fails ends the search: going on would sign as somebody
 * else (the node's role in place of the pod's), which shows as a permission that is missing for no visible reason.
 */
record ProviderChain(List<CredentialsProvider> providers) implements CredentialsProvider {
    ProviderChain {
        providers = List.copyOf(providers);
    }

    /** The order of the AWS SDK for Java, but for its system properties. */
    static ProviderChain defaultChain(Environment environment) {
        return new ProviderChain(List.of(
                new EnvironmentProvider(environment),
                WebIdentityProvider.ofEnvironment(environment),
                ProfileProvider.ofEnvironment(environment),
                new ContainerProvider(environment),
                new InstanceProvider(environment)));
    }

    @Override
    public String kind() {
        return "default";
    }

    @Override
    public Fetched fetch() throws Exception {
        StringJoiner tried = new StringJoiner("; ");
        for (CredentialsProvider provider : providers) {
            var absence = provider.absence();
            if (absence.isPresent()) {
                tried.add(provider.kind() + ": " + absence.get());
                continue;
            }
            try {
                return provider.fetch();
            } catch (FetchFailure e) {
                throw new FetchFailure(
                        tried.length() == 0 ? e.getMessage() : e.getMessage() + " (before it: " + tried + ")");
            }
        }
        throw new FetchFailure("no credentials provider is set up here: " + tried);
    }
}
