package io.countersign.cli.demo;

import java.io.PrintStream;
import java.util.List;

/** A line a second: for files, pipes, and terminals that can do no more. */
final class LinePicture implements Picture {
    private final PrintStream out;

    LinePicture(PrintStream out) {
        this.out = out;
    }

    @Override
    public void introduce(List<String> lines) {
        lines.forEach(out::println);
    }

    @Override
    public void begin(Scene scene) {
        out.println("-- " + scene.name() + ": " + scene.caption());
    }

    @Override
    public void show(Board board, Story story) {
        out.println(String.format(
                "%3d s  requests %d  verified %d  rejected %d  samples %d  kept by agents %d  lost %d  denied %d%s",
                board.second(),
                board.gateway().requests(),
                board.gateway().verified(),
                board.gateway().rejectedTotal(),
                board.gateway().samples(),
                board.held(),
                board.lost(),
                board.denied(),
                story.isRecovering() ? "  (over; agents send what they kept)" : ""));
    }

    @Override
    public void close() {}
}
