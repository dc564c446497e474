package io.countersign.sigv4;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The signing keys in use, so that five HMACs are computed once a day and not for each request.
 *
 * <p>Bounded: the one unused for longest goes. A refreshed access key is another input, so nothing needs to be
 * forgotten by hand.
 */
final class SigningKeys {
    /** Some routes and credentials, on both sides of midnight; past that, deriving again costs a few microseconds. */
    static final int CAPACITY = 64;

    /** Everything that goes into a {@link SigningKey}. */
    private record Inputs(
            AwsCredentials keys, long epochDay, SignatureAlgorithm algorithm, String region, String service) {}

    private final Map<Inputs, SigningKey> derived = new LinkedHashMap<>(2 * CAPACITY, 0.75f, true);

    // The answer to the last question, for the usual case that the next is the same one.
    private AwsCredentials lastKeys;
    private SigningContext lastContext;
    private long lastDay;
    private SigningKey last;

    @SuppressWarnings("ReferenceEquality") // the same objects ask the same question; equal ones take the longer way
    SigningKey get(AwsCredentials keys, AmzDate date, SigningContext context) {
        long day = date.epochDay();
        if (keys == lastKeys && context == lastContext && day == lastDay) {
            return last;
        }
        Inputs inputs = new Inputs(keys, day, context.algorithm(), context.region(), context.service());
        SigningKey key = derived.get(inputs);
        if (key == null) {
            if (derived.size() == CAPACITY) {
                derived.remove(derived.keySet().iterator().next());
            }
            key = SigningKey.derive(keys, date.day(), context);
            derived.put(inputs, key);
        }
        lastKeys = keys;
        lastContext = context;
        lastDay = day;
        last = key;
        return key;
    }

    int size() {
        return derived.size();
    }
}
