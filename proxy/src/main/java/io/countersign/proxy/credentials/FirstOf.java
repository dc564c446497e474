package io.countersign.proxy.credentials;

import java.util.List;
import java.util.StringJoiner;

/**
 * The first source that is set up here. One that is set up and fails ends the search: going on would sign as somebody
 * else (the node's role in place of the pod's), which shows as a permission that is missing for no visible reason.
 */
record FirstOf(List<KeyFetch> sources) implements KeyFetch {
    FirstOf {
        sources = List.copyOf(sources);
    }

    /** The order of the AWS SDK for Java, but for its system properties. */
    static FirstOf defaultChain(Environment environment) {
        return new FirstOf(List.of(
                new EnvironmentKeys(environment),
                WebIdentity.ofEnvironment(environment),
                ProfileKeys.ofEnvironment(environment),
                new ContainerKeys(environment),
                new InstanceKeys(environment)));
    }

    @Override
    public String kind() {
        return "default";
    }

    @Override
    public Fetched fetch() throws Exception {
        StringJoiner tried = new StringJoiner("; ");
        for (KeyFetch source : sources) {
            var absence = source.absence();
            if (absence.isPresent()) {
                tried.add(source.kind() + ": " + absence.get());
                continue;
            }
            try {
                return source.fetch();
            } catch (FetchFailure e) {
                throw new FetchFailure(
                        tried.length() == 0 ? e.getMessage() : e.getMessage() + " (before it: " + tried + ")");
            }
        }
        throw new FetchFailure("no source of credentials is set up here: " + tried);
    }
}
