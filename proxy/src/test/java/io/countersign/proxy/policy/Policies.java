package io.countersign.proxy.policy;

import java.nio.charset.StandardCharsets;

/** Policies of tests. */
final class Policies {
    private Policies() {}

    /** A policy that is right, under the name {@code policy.json}. */
    static PolicyDocument read(String json) {
        PolicyResult result = PolicyReader.read("policy.json", json.getBytes(StandardCharsets.UTF_8));
        if (result instanceof PolicyResult.Read read) {
            return read.document();
        }
        throw new AssertionError(json + ": " + result);
    }
}
