package io.countersign.gateway.overview;

import java.time.Duration;

/** How far back, and in which steps. Each step of one window is several whole ones of the window before it. */
public enum Window {
    QUARTER_HOUR("15m", Duration.ofSeconds(5), 180),
    THREE_HOURS("3h", Duration.ofMinutes(1), 180),
    DAY("1d", Duration.ofMinutes(10), 144);

    private final String label;
    private final Duration step;
    private final int steps;

    Window(String label, Duration step, int steps) {
        this.label = label;
        this.step = step;
        this.steps = steps;
    }

    /** As in a query. */
    public String label() {
        return label;
    }

    public Duration step() {
        return step;
    }

    /** How many there are in it. */
    public int steps() {
        return steps;
    }
}
