package io.countersign.gateway.command;

import java.util.List;
import java.util.Map;

/** The gateway's commands, as the command line takes them. */
public final class Commands {
    private Commands() {}

    /** @param environment variables by name */
    public static List<Object> all(Map<String, String> environment) {
        return List.of(TokenGroup.of(environment), PendingGroup.of(environment));
    }
}
