package io.countersign.proxy.policy;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Whether a key's value matches one of the policy's, before any negation. */
sealed interface ValueTest {
    /** Asked only where the request has the key, but of {@link Exists}. */
    boolean matchesAny(PolicyRequest request);

    /** In the same case. */
    record Equal(ConditionKey key, Set<String> values) implements ValueTest {
        @Override
        public boolean matchesAny(PolicyRequest request) {
            return values.contains(request.text(key));
        }
    }

    /** In any case. */
    record EqualIgnoringCase(ConditionKey key, List<String> values) implements ValueTest {
        @Override
        public boolean matchesAny(PolicyRequest request) {
            String text = request.text(key);
            for (String value : values) {
                if (value.equalsIgnoreCase(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** With wildcards. */
    record Like(ConditionKey key, List<Wildcard> values) implements ValueTest {
        @Override
        public boolean matchesAny(PolicyRequest request) {
            String text = request.text(key);
            for (Wildcard value : values) {
                if (value.matches(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** ARNs, whose six parts are compared one by one, each with wildcards. */
    record ArnLike(ConditionKey key, List<List<Wildcard>> values) implements ValueTest {
        private static final int PARTS = 6;

        static List<Wildcard> of(String arn) {
            return List.of(arn.split(":", PARTS)).stream().map(Wildcard::of).toList();
        }

        static boolean isArn(String text) {
            return text.startsWith("arn:") && text.split(":", PARTS).length == PARTS;
        }

        @Override
        public boolean matchesAny(PolicyRequest request) {
            String[] parts = request.text(key).split(":", PARTS);
            return parts.length == PARTS
                    && values.stream().anyMatch(value -> {
                        for (int i = 0; i < PARTS; i++) {
                            if (!value.get(i).matches(parts[i])) {
                                return false;
                            }
                        }
                        return true;
                    });
        }
    }

    /** Ranges as numbers: both families in one table, since a policy holds a few hundred at most. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record InRanges(ConditionKey key, Cidr[] ranges, IpAddress[] last) implements ValueTest {
        static InRanges of(ConditionKey key, List<Cidr> ranges) {
            return new InRanges(
                    key,
                    ranges.toArray(new Cidr[0]),
                    ranges.stream().map(Cidr::last).toArray(IpAddress[]::new));
        }

        @Override
        public boolean matchesAny(PolicyRequest request) {
            IpAddress address = request.address(key);
            for (int i = 0; i < ranges.length; i++) {
                IpAddress first = ranges[i].network();
                if (first.v4() == address.v4()
                        && IpAddress.compare(first, address) <= 0
                        && IpAddress.compare(address, last[i]) <= 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Of both keys that hold the time; {@code order} says which orders of the request's time against a value match. */
    record Time(IntPredicate order, List<Instant> values) implements ValueTest {
        @Override
        public boolean matchesAny(PolicyRequest request) {
            for (Instant value : values) {
                if (order.test(request.time().compareTo(value))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** {@code Null}: {@code "true"} is for an absent key, {@code "false"} for one that is there. */
    record Exists(ConditionKey key, boolean absentMatches, boolean presentMatches) implements ValueTest {
        @Override
        public boolean matchesAny(PolicyRequest request) {
            return request.has(key) ? presentMatches : absentMatches;
        }
    }
}
