package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private final SigningKeys keys = new SigningKeys();
    private final AmzDate date = new AmzDate();

    @Test
    void findsTheKeyOfEqualInputsAgain() {
        SigningKey first = get(Example.KEYS, Example.CONTEXT, Example.TIME);
        AwsCredentials equalKeys = AwsCredentials.longLived(Example.KEYS.accessKeyId(), Example.KEYS.secretAccessKey());

        assertSame(first, get(equalKeys, SigningContext.of("us-east-1", "execute-api"), Example.TIME));
        assertSame(first, get(Example.KEYS, Example.CONTEXT, Example.TIME.plus(Duration.ofHours(11))));
    }

    @Test
    void tellsApartWhatDiffersInOneInput() {
        Set<SigningKey> seen = new HashSet<>();
        AwsCredentials otherId = AwsCredentials.longLived("AKIDOTHER", Example.KEYS.secretAccessKey());
        AwsCredentials otherSecret = AwsCredentials.longLived(Example.KEYS.accessKeyId(), "other");

        assertTrue(seen.add(get(Example.KEYS, Example.CONTEXT, Example.TIME)));
        assertTrue(seen.add(get(otherId, Example.CONTEXT, Example.TIME)));
        assertTrue(seen.add(get(otherSecret, Example.CONTEXT, Example.TIME)));
        assertTrue(seen.add(get(Example.KEYS_WITH_TOKEN, Example.CONTEXT, Example.TIME)));
        assertTrue(seen.add(get(Example.KEYS, SigningContext.of("us-west-2", "execute-api"), Example.TIME)));
        assertTrue(seen.add(get(Example.KEYS, SigningContext.of("us-east-1", "es"), Example.TIME)));
        assertTrue(seen.add(get(Example.KEYS, Example.CONTEXT, Example.TIME.plus(Duration.ofDays(1)))));
        assertTrue(seen.add(get(Example.KEYS, Example.CONTEXT, Example.TIME.minus(Duration.ofDays(1)))));
    }

    @Test
    void doesNotRunInputsTogether() {
        // Cut elsewhere, the joined text of region and service would be the same.
        assertNotEquals(
                get(Example.KEYS, SigningContext.of("us", "east"), Example.TIME),
                get(Example.KEYS, SigningContext.of("use", "ast"), Example.TIME));
    }

    @Test
    void changesTheScopeAtMidnightUtc() {
        Instant midnight = Instant.parse("2015-08-31T00:00:00Z");

        assertEquals("20150830T235959Z", amzDate(midnight.minusNanos(1)));
        assertEquals("20150831T000000Z", amzDate(midnight));
        assertNotEquals(
                get(Example.KEYS, Example.CONTEXT, midnight.minusNanos(1)),
                get(Example.KEYS, Example.CONTEXT, midnight));
    }

    @Test
    void staysBoundedAndKeepsWhatIsUsed() {
        SigningKey used = get(Example.KEYS, Example.CONTEXT, Example.TIME);
        for (int i = 0; i < 10 * SigningKeys.CAPACITY; i++) {
            get(Example.KEYS, SigningContext.of("region-" + i, "execute-api"), Example.TIME);
            assertSame(used, get(Example.KEYS, Example.CONTEXT, Example.TIME));
        }

        assertEquals(SigningKeys.CAPACITY, keys.size());
    }

    private SigningKey get(AwsCredentials awsKeys, SigningContext context, Instant time) {
        date.set(time);
        return keys.get(awsKeys, date, context);
    }

    private String amzDate(Instant time) {
        date.set(time);
        return date.text();
    }
}
