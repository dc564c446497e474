package io.countersign.cli.agents;

import java.io.IOException;

/** An agent that runs, and what it says of itself. */
interface Agent {
    String name();

    /** How often it had to send something again. */
    double retried() throws IOException;

    /** Grows whenever something has been accepted. */
    double delivered() throws IOException;

    /** By its own count, it has given up nothing. */
    void assertNothingDropped() throws IOException;
}
