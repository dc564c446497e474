package io.countersign.proxy.policy;

/** What a statement does with the requests that it matches. */
public enum Effect {
    ALLOW("Allow"),
    DENY("Deny");

    private final String text;

    Effect(String text) {
        this.text = text;
    }

    /** As a policy writes it. */
    @Override
    public String toString() {
        return text;
    }
}
