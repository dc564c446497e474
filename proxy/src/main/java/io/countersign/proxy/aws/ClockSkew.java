package io.countersign.proxy.aws;

import java.time.Duration;

/** How far a signature's time may be off: "Elements of an AWS API request signature" in the IAM User Guide. */
public final class ClockSkew {
    /** AWS rejects signatures that are further off. */
    public static final Duration MAX = Duration.ofMinutes(5);

    private ClockSkew() {}
}
