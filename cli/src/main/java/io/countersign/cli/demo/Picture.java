package io.countersign.cli.demo;

import java.util.List;

/** How the demo is shown. */
interface Picture extends AutoCloseable {
    /** Once, before the first second. */
    void introduce(List<String> lines);

    /** A scene begins. */
    void begin(Scene scene);

    /** Once a second. */
    void show(Board board, Story story);

    /** Leaves the terminal as it was. */
    @Override
    void close();
}
