package io.countersign.proxy.testing;

/** The canaries among the test proxy's credentials, and the places where they must never show. */
public final class Canaries {
    private Canaries() {}

    /** Whether the text holds the secret key or the session token, or enough of them to worry. */
    public static boolean in(String text) {
        return text.contains("SECRETCANARY") || text.contains("TOKENCANARY");
    }
}
