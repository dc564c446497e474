package io.countersign.proxy.aws;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What an identity must be allowed to do so that a service takes its requests. Actions and resource formats are those of
 * "Actions, resources, and condition keys for AWS services" in the Service Authorization Reference.
 */
@FunctionalInterface
public interface PermissionRule {
    /**
     * The permissions that requests of this shape need.
     *
     * @param note receives what the shape leaves open
     */
    List<Permission> permissions(RequestShape requests, Consumer<String> note);

    /** For a service whose actions are not known here. */
    static PermissionRule unknown(String service) {
        return (requests, note) -> {
            note.accept(
                    "the permissions that " + service + " needs are not known here; see the service's own reference");
            return List.of();
        };
    }

    /** The same actions whatever the request, on one resource. */
    static PermissionRule fixed(Function<RequestShape, String> resource, String... actions) {
        return (requests, note) ->
                List.of(new Permission(new LinkedHashSet<>(Arrays.asList(actions)), Set.of(resource.apply(requests))));
    }

    /** This rule, and something that it can't say. */
    default PermissionRule noting(String text) {
        return (requests, note) -> {
            note.accept(text);
            return permissions(requests, note);
        };
    }
}
