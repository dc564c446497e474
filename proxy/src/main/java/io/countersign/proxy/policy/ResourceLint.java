package io.countersign.proxy.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is odd about the stage, method and path of a resource. */
final class ResourceLint {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private ResourceLint() {}

    /** Why no call can be meant by it. */
    static Optional<String> unreachable(String text) {
        String rest = rest(text);
        String[] parts = rest.split("/", 3);
        if (rest.equals("*") || (parts[0].endsWith("*") && parts.length == 1)) {
            return Optional.empty();
        }
        if (!rest.contains("*") && parts.length < 3) {
            return Optional.of("\"" + text + "\" names no stage, method and path, so no call is meant by it; write"
                    + " .../STAGE/METHOD/PATH, or .../* for all");
        }
        // After a stage with a star in it nobody can say which part is the method.
        String method = (parts.length > 1 && !parts[0].contains("*")) || (parts[0].equals("*") && parts.length > 2)
                ? parts[1]
                : "*";
        if (method.matches(".*[*?].*") || METHODS.contains(method)) {
            return Optional.empty();
        }
        String upper = method.toUpperCase(Locale.ROOT);
        return Optional.of("\"" + method + "\" stands where the method does, and no call has it; write "
                + (METHODS.contains(upper) ? upper + ", since case matters" : "* for any method"));
    }

    /** Whether a star before a method takes more than a stage. */
    static boolean hasStarBeforeMethod(String text) {
        String[] parts = rest(text).split("/", 3);
        return parts.length == 3 && parts[0].endsWith("*") && METHODS.contains(parts[1]) && parts[2].endsWith("*");
    }

    /** After the API's id. */
    private static String rest(String text) {
        String[] arn = text.split(":", 6);
        String last = text.startsWith("execute-api:") ? text.substring("execute-api:".length()) : arn[arn.length - 1];
        int slash = last.indexOf('/');
        return slash < 0 ? (last.endsWith("*") ? "*" : "") : last.substring(slash + 1);
    }
}
