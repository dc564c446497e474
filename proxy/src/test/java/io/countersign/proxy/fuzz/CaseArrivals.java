package io.countersign.proxy.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Signatures;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;

/** The requests of one case that have arrived upstream, in order. */
final class CaseArrivals {
    /** The oracle for signatures takes longer than all else together. */
    private static final int ONE_SIGNATURE_IN = 64;

    private final FuzzCase fuzzed;
    private final Violations violations;
    private final List<ArrivedRequest> arrivals = new ArrayList<>(4);

    CaseArrivals(FuzzCase fuzzed, Violations violations) {
        this.fuzzed = fuzzed;
        this.violations = violations;
    }

    /** What shapes the next answer: the same whenever the case is run. */
    synchronized long nextSeed() {
        return fuzzed.seed() * 31 + arrivals.size();
    }

    synchronized void add(ArrivedRequest arrival) {
        arrivals.add(arrival);
    }

    synchronized List<ArrivedRequest> all() {
        return List.copyOf(arrivals);
    }

    void checkSignature(ArrivedRequest arrival) {
        // What is not ASCII, or is a TAB, is sent as it is and signed in a form that the oracle does not share.
        boolean plain = arrival.head.text().chars().allMatch(c -> c < 0x80 && c != '\t');
        if (!plain || !isUtf8(arrival.head.target()) || Math.floorMod(arrival.number, ONE_SIGNATURE_IN) != 0) {
            return;
        }
        try {
            Signatures.verify(
                    new ReceivedRequest(1, 1, new Head(arrival.head.text()), new String(arrival.body, ISO_8859_1)));
        } catch (AssertionError e) {
            violations.add("a signature: " + e.getMessage() + "\n" + fuzzed);
        }
    }

    /** Escapes of other bytes are sent and signed as they are, and the oracle, which decodes them to text, can't know them. */
    private static boolean isUtf8(String target) {
        return !URLDecoder.decode(target.replace("+", "%2B"), UTF_8).contains("\ufffd");
    }
}
