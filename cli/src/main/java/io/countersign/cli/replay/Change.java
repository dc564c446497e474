package io.countersign.cli.replay;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Calls that another configuration treats otherwise, in the same way: how many, whose, and a few of them. */
final class Change {
    private static final int EXAMPLES = 3;
    /** Callers beyond that are not told apart. */
    private static final int CALLERS = 1000;

    /** What becomes of them. */
    enum Kind {
        DENIED("denied, and were let through"),
        WOULD_DENY("let through, since access.mode is audit, and denied once it is enforce"),
        LIMITED("too large, and were let through"),
        REROUTED("sent elsewhere"),
        ALLOWED("let through, and were refused");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * What calls of a group have in common.
     *
     * @param from route and upstream until now
     * @param to route and upstream with the other configuration
     */
    record Group(Kind kind, Optional<String> from, Optional<String> to, String why) {}

    private final Group group;
    private final Set<String> callers = new HashSet<>();
    private final List<LoggedCall> examples = new ArrayList<>();
    private long count;

    Change(Group group) {
        this.group = group;
    }

    void add(LoggedCall call) {
        count++;
        boolean another = callers.size() < CALLERS && callers.add(call.who().toString());
        if (examples.size() < EXAMPLES && (another || examples.isEmpty())) {
            examples.add(call);
        }
    }

    Group group() {
        return group;
    }

    long count() {
        return count;
    }

    /** How many different callers, as far as they were told apart. */
    int callers() {
        return callers.size();
    }

    boolean moreCallers() {
        return callers.size() == CALLERS;
    }

    List<LoggedCall> examples() {
        return List.copyOf(examples);
    }
}
