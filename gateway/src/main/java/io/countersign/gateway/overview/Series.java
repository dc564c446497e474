package io.countersign.gateway.overview;

import java.util.ArrayList;
import java.util.List;

/** One counter over time: its points of each window. Guarded by whoever owns it, but for the counter. */
final class Series {
    final Counter counter = new Counter();
    private final List<Ring> rings = new ArrayList<>();
    private Sums before = new Sums();

    Series() {
        for (Window window : Window.values()) {
            rings.add(new Ring(window.steps()));
        }
    }

    /** How many steps of the first window make one of {@code window}. */
    static long stepsOf(Window window) {
        return window.step().toSeconds() / Window.QUARTER_HOUR.step().toSeconds();
    }

    /** A step of the first window is over, the one of that number, counted from 0; what was counted since the last one is its. */
    void advance(long number, boolean counting) {
        Sums now = counting ? counter.sums() : before;
        rings.get(0).add(number, now.since(before));
        before = now;
        Window[] windows = Window.values();
        for (int i = 1; i < windows.length && (number + 1) % stepsOf(windows[i]) == 0; i++) {
            int each = (int) (stepsOf(windows[i]) / stepsOf(windows[i - 1]));
            rings.get(i)
                    .add(
                            (number + 1) / stepsOf(windows[i]) - 1,
                            rings.get(i - 1).last(each));
        }
    }

    @SuppressWarnings("EnumOrdinal") // the numbers never leave this class
    Ring ring(Window window) {
        return rings.get(window.ordinal());
    }

    /** Whether nothing was counted for as long as it remembers. */
    boolean isQuiet() {
        for (Window window : Window.values()) {
            if (!ring(window).last(window.steps()).isEmpty()) {
                return false;
            }
        }
        return counter.sums().since(before).isEmpty();
    }
}
