package io.countersign.proxy.admission;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once for each access key id that requests come signed with it, and that this counts for nothing: an SDK signs whatever it sends, and
 * with real keys its owner may believe that they are what AWS sees. Safe from any thread.
 */
final class ForeignSignatures {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignSignatures.class);

    /** Callers choose the ids, so there may be as many as they like. */
    private static final int MAX = 100;

    /** Ids of AWS have 16 to 128 characters, mostly 20. What is longer may be a secret in the wrong place. */
    private static final int MAX_SHOWN = 32;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private volatile boolean full;

    /** Whether no further id is said. */
    boolean isFull() {
        return full;
    }

    void note(String keyId, String route) {
        if (full || seen.contains(keyId)) {
            return;
        }
        int number = add(keyId);
        if (number == 0) {
            return;
        }
        LOG.info(
                "requests to route {} come signed with {}: that signature is not verified, shows nothing of who calls, and is"
                        + " replaced by the route's own",
                route,
                shown(keyId));
        if (number == MAX) {
            LOG.info("requests came signed with {} different access key ids; further ones are not reported", MAX);
        }
    }

    /** Which one it is, from 1; 0 for one that is there already, or that there is no room for. */
    private synchronized int add(String keyId) {
        if (full || !seen.add(keyId)) {
            return 0;
        }
        full = seen.size() == MAX;
        return seen.size();
    }

    private static String shown(String keyId) {
        return keyId.length() <= MAX_SHOWN && keyId.chars().allMatch(ForeignSignatures::isOfId)
                ? "access key id " + keyId
                : "an access key id of " + keyId.length() + " characters";
    }

    private static boolean isOfId(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
