package io.countersign.proxy.aws;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** One statement of an IAM policy: actions that are allowed on resources. Both keep their order. */
public record Permission(Set<String> actions, Set<String> resources) {
    public Permission {
        actions = Collections.unmodifiableSet(new LinkedHashSet<>(actions));
        resources = Collections.unmodifiableSet(new LinkedHashSet<>(resources));
    }
}
