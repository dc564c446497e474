package io.countersign.proxy.failover;

/** Whether requests go to an upstream; the numbers are those of the metric. */
public enum Condition {
    /** They do. */
    CLOSED(0),

    /** One tries whether it is back; the others go elsewhere. */
    PROBING(1),

    /** It is left out. */
    OPEN(2);

    private final int number;

    Condition(int number) {
        this.number = number;
    }

    /** As the gauge shows it. */
    public int number() {
        return number;
    }
}
