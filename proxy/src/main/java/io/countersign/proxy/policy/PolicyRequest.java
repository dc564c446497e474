package io.countersign.proxy.policy;

import io.countersign.proxy.net.IpAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a policy judges: what is asked for, and the values of the condition keys. A key without a value is absent.
 *
 * <p>The action is always {@code execute-api:Invoke}. A path that servers read in more than one way names several resources: a
 * statement that denies any of them denies the request, and one that allows must allow them all.
 */
public final class PolicyRequest {
    private final List<String> resources;
    private final Instant time;
    private final Map<ConditionKey, String> texts;
    private final Map<ConditionKey, IpAddress> addresses;

    private PolicyRequest(Builder builder) {
        resources = List.copyOf(builder.resources);
        // Both time keys count whole seconds.
        time = builder.time.truncatedTo(ChronoUnit.SECONDS);
        texts = builder.texts;
        addresses = builder.addresses;
    }

    /** ARNs, {@code arn:aws:execute-api:us-east-1:123456789012:abc123def4/prod/GET/pets}: one for each reading of the path. */
    List<String> resources() {
        return resources;
    }

    Instant time() {
        return time;
    }

    /** Of a key that is a text, an ARN or a boolean; it {@link #has} one. */
    String text(ConditionKey key) {
        return texts.get(key);
    }

    /** Of a key that is an address; it {@link #has} one. */
    IpAddress address(ConditionKey key) {
        return addresses.get(key);
    }

    boolean has(ConditionKey key) {
        return switch (key.kind()) {
            case DATE, EPOCH -> true;
            case ADDRESS -> addresses.containsKey(key);
            case TEXT, ARN, BOOL -> texts.containsKey(key);
        };
    }

    /** Gathers a request; used once. */
    public static final class Builder {
        private final List<String> resources = new ArrayList<>(1);
        private final Instant time;
        private final Map<ConditionKey, String> texts = new EnumMap<>(ConditionKey.class);
        private final Map<ConditionKey, IpAddress> addresses = new EnumMap<>(ConditionKey.class);

        /** @param time when it came */
        public Builder(Instant time) {
            this.time = time;
        }

        /**
         * Adds a reading of what is asked for.
         *
         * @param stage of REST APIs the first segment of the path, of HTTP APIs often {@code $default}
         * @param path the rest, from its slash on; empty is the root
         */
        public Builder resource(Api api, String stage, String method, String path) {
            String rest = path.isEmpty() ? "/" : path;
            add(api.arn() + "/" + stage + "/" + method + rest);
            // Whether a slash at the end makes another resource differs between kinds of API.
            if (rest.length() > 1 && rest.endsWith("/")) {
                add(api.arn() + "/" + stage + "/" + method + rest.substring(0, rest.length() - 1));
            }
            return this;
        }

        /** As {@link #resource}, of a path whose first segment is the stage, such as {@code /prod/pets}. */
        public Builder resource(Api api, String method, String stageAndPath) {
            int end = stageAndPath.indexOf('/', 1);
            String stage =
                    stageAndPath.substring(Math.min(1, stageAndPath.length()), end < 0 ? stageAndPath.length() : end);
            return resource(api, stage, method, end < 0 ? "" : stageAndPath.substring(end));
        }

        private void add(String resource) {
            if (!resources.contains(resource)) {
                resources.add(resource);
            }
        }

        /** Gives a key its value: {@code true} or {@code false} for a boolean. */
        public Builder text(ConditionKey key, String value) {
            texts.put(key, value);
            return this;
        }

        /** Gives a key its value, unless it has one. */
        public Builder textByDefault(ConditionKey key, String value) {
            texts.putIfAbsent(key, value);
            return this;
        }

        /** Gives a key its value. */
        public Builder address(ConditionKey key, IpAddress value) {
            addresses.put(key, value);
            return this;
        }

        /** The request. */
        public PolicyRequest build() {
            return new PolicyRequest(this);
        }
    }
}
