package io.countersign.cli.demo;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One picture that is drawn again each second, in place; by the control sequences that all terminals of today know (ECMA-48). */
final class LivePicture implements Picture {
    private static final int WIDTH = 79;
    private static final int HISTORY = 60;
    private static final String BARS = " ▁▂▃▄▅▆▇█";

    private static final String HIDE_CURSOR = "\033[?25l";
    private static final String SHOW_CURSOR = "\033[?25h";
    private static final String CLEAR_REST = "\033[J";
    private static final String BOLD = "\033[1m";
    private static final String PLAIN = "\033[0m";

    private final PrintStream out;
    private final LogTail log;
    private final Deque<Long> verified = new ArrayDeque<>();
    private long verifiedBefore;
    private int drawn;

    /** @param log what the proxy logs; shown below */
    LivePicture(PrintStream out, LogTail log) {
        this.out = out;
        this.log = log;
    }

    @Override
    public void introduce(List<String> lines) {
        lines.forEach(out::println);
        out.print(HIDE_CURSOR);
        out.flush();
    }

    @Override
    public void begin(Scene scene) {}

    @Override
    public void show(Board board, Story story) {
        verified.addLast(board.gateway().verified() - verifiedBefore);
        verifiedBefore = board.gateway().verified();
        if (verified.size() > HISTORY) {
            verified.removeFirst();
        }
        List<String> lines = lines(board, story);
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\033[").append(drawn).append('A'); // up to where it began
        }
        text.append('\r').append(CLEAR_REST);
        lines.forEach(line -> text.append(line).append('\n'));
        out.print(text);
        out.flush();
        drawn = lines.size();
    }

    private List<String> lines(Board board, Story story) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(scenes(story));
        lines.add(BOLD
                + cut(story.now().map(Scene::name).orElse("traffic") + (story.isRecovering() ? ", over" : ""))
                + PLAIN);
        String caption = story.isRecovering()
                ? "all is well again; the agents send what they kept"
                : story.now().map(Scene::caption).orElse("all is well; Ctrl-C ends the demo");
        lines.addAll(wrap(caption));
        while (lines.size() < 5) {
            lines.add("");
        }
        lines.add("");
        lines.add(String.format("%-14s %10s %10s %10s %10s", "agent", "requests", "accepted", "kept now", "lost"));
        for (Sender.Count each : board.senders()) {
            lines.add(String.format(
                    "%-14s %10d %10d %10d %10d", each.name(), each.made(), each.accepted(), each.held(), each.lost()));
        }
        lines.add(String.format(
                "%-14s %10d %10d   denied %d",
                Traffic.OTHER_ADDRESS, board.admitted() + board.denied(), board.admitted(), board.denied()));
        lines.add("");
        lines.add(cut("gateway: " + board.gateway().verified() + " signatures verified, "
                + board.gateway().samples() + " samples; rejected "
                + rejected(board.gateway().rejected())));
        lines.add(cut(bars() + "  verified a second"));
        lines.add("");
        log.last().forEach(line -> lines.add(cut(line)));
        return lines;
    }

    private static String scenes(Story story) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < story.scenes().size(); i++) {
            String mark =
                    i < story.done() ? "✓ " : i == story.done() && story.now().isPresent() ? "▶ " : "· ";
            line.append(i > 0 ? "  " : "")
                    .append(mark)
                    .append(story.scenes().get(i).name());
        }
        return cut(line.toString());
    }

    private static String rejected(Map<String, Long> byType) {
        return byType.isEmpty()
                ? "0"
                : byType.entrySet().stream()
                        .map(each -> each.getValue() + " " + each.getKey())
                        .collect(Collectors.joining(", "));
    }

    private String bars() {
        long max =
                Math.max(1, verified.stream().mapToLong(Long::longValue).max().orElse(1));
        StringBuilder bars = new StringBuilder();
        verified.forEach(each -> bars.append(BARS.charAt((int) Math.ceil(each * (BARS.length() - 1.0) / max))));
        return bars.toString();
    }

    private static List<String> wrap(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() >= WIDTH && line.length() > 0) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    private static String cut(String text) {
        return text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "…";
    }

    @Override
    public void close() {
        out.print(SHOW_CURSOR);
        out.flush();
    }
}
