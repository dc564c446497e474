package io.countersign.proxy.policy.json;

/** The first thing that makes a text not JSON; the message says what would be right. */
public final class JsonFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Position at;

    JsonFault(Position at, String what) {
        super(what, null, false, false);
        this.at = at;
    }

    /** Where it is. */
    public Position at() {
        return at;
    }
}
