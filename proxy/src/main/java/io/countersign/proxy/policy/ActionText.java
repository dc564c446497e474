package io.countersign.proxy.policy;

import io.countersign.proxy.config.NearestKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An action as a policy writes it, in any case, with wildcards. */
final class ActionText {
    private static final String SERVICE = "execute-api:";
    private static final String INVOKE = "execute-api:Invoke";

    /** From "Actions, resources, and condition keys for Amazon API Gateway" in the Service Authorization Reference. */
    private static final List<String> ACTIONS =
            List.of(INVOKE, "execute-api:InvalidateCache", "execute-api:ManageConnections");

    private ActionText() {}

    static Optional<String> fault(String text) {
        if (Variables.find(text).isPresent()) {
            return Optional.of(Variables.refusal(text));
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (text.equals("*")
                || (lower.startsWith(SERVICE) && ACTIONS.stream().anyMatch(action -> stands(text, action)))) {
            return Optional.empty();
        }
        if (!lower.startsWith(SERVICE) && lower.matches("[a-z0-9*?-]+:.*") && !lower.startsWith("execut")) {
            return Optional.of("\"" + text
                    + "\" is an action of another service, and requests to an API are none; write \"" + INVOKE + "\"");
        }
        return Optional.of("\"" + text + "\" is not an action of API Gateway" + NearestKey.hint(text, ACTIONS));
    }

    /** Whether it stands for the action that requests are. */
    static boolean isInvoke(String text) {
        return text.equals("*") || stands(text, INVOKE);
    }

    private static boolean stands(String pattern, String action) {
        return Wildcard.of(pattern.toLowerCase(Locale.ROOT)).matches(action.toLowerCase(Locale.ROOT));
    }
}
