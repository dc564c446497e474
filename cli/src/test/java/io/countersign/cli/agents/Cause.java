package io.countersign.cli.agents;

import java.io.IOException;

/** Something outside the agent that keeps its data from arriving. */
record Cause(String name, Step begin, Step end) {
    /** What is done to the proxy or the stand-in. */
    interface Step {
        void run() throws IOException;
    }

    @Override
    public String toString() {
        return name;
    }
}
