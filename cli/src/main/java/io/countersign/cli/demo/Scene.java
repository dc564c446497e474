package io.countersign.cli.demo;

import java.io.IOException;

/**
 * One thing that happens to a proxy, and ends.
 *
 * @param name a word or two
 * @param caption what goes wrong, and what can be seen of it
 * @param seconds how long it lasts; the agents then get as long as they need to send what they kept
 */
record Scene(String name, String caption, int seconds, Change begin, Change end) {
    /** A change of what is around the proxy. */
    interface Change {
        void make() throws IOException;
    }

    static final Change NOTHING = () -> {};
}
