package io.countersign.gateway.command.calls;

import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The commands on calls, as the command line takes them. */
public final class CallCommands {
    private CallCommands() {}

    /** @param environment variables by name */
    public static List<Object> all(Map<String, String> environment) {
        return List.of(
                new CallsCommand(environment, Clock.systemUTC()), new ExplainCommand(environment, Clock.systemUTC()));
    }
}
