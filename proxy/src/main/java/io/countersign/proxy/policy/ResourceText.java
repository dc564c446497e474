package io.countersign.proxy.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A resource as a policy writes it: {@code *}, the short form {@code execute-api:/STAGE/METHOD/PATH}, or an ARN. API Gateway turns
 * the short form into an ARN with the region, account and id of its own API.
 */
final class ResourceText {
    private static final String SHORT = "execute-api:";
    private static final int PARTS = 6;
    private static final String HOW =
            "write execute-api:/STAGE/METHOD/PATH, arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE/METHOD/PATH, or *";

    private static final Pattern PARTITION = Pattern.compile("aws[a-z-]*|[a-z*?-]*[*?][a-z*?-]*");
    private static final Pattern REGION = Pattern.compile("[a-z0-9*?-]+|\\{region}");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}|[0-9*?]*[*?][0-9*?]*|\\{account_id}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9*?]+|\\{api_id}");

    private ResourceText() {}

    /** What is wrong with it, whatever the API. */
    static Optional<String> fault(String text) {
        if (Variables.find(text).isPresent()) {
            return Optional.of(Variables.refusal(text));
        }
        if (text.equals("*")) {
            return Optional.empty();
        }
        Optional<String> placeholder = Variables.unknownPlaceholder(text);
        if (placeholder.isPresent()) {
            return Optional.of(placeholder.get() + "; a path is a request's, not a template, so write * for a part that"
                    + " varies");
        }
        String quoted = "\"" + text + "\"";
        if (text.startsWith(SHORT)) {
            return text.startsWith("/", SHORT.length())
                    ? Optional.empty()
                    : Optional.of(quoted + " has no / after execute-api:; write execute-api:/STAGE/METHOD/PATH or"
                            + " execute-api:/*");
        }
        return text.startsWith("arn:")
                ? arnFault(quoted, List.of(text.split(":", PARTS)))
                : Optional.of(quoted + " is not a resource of an API; " + HOW);
    }

    private static Optional<String> arnFault(String quoted, List<String> parts) {
        if (parts.size() < 3 || !parts.get(2).equals("execute-api")) {
            return Optional.of(quoted + " is not an ARN of execute-api, the service of every API's ARN"
                    + (parts.size() > 2 && parts.get(2).matches(".*[*?].*") ? ", which no wildcard stands for" : "")
                    + "; " + HOW);
        }
        if (!PARTITION.matcher(parts.get(1)).matches()) {
            return Optional.of(quoted + " has the partition \"" + parts.get(1) + "\"; write aws, aws-cn or aws-us-gov");
        }
        // A star that ends the ARN early stands for the parts after it too.
        if (parts.size() < PARTS
                && !(parts.size() > 3 && parts.get(parts.size() - 1).endsWith("*"))) {
            return Optional.of(quoted + " has " + parts.size() + " of an ARN's six parts; " + HOW);
        }
        if (!REGION.matcher(parts.get(3)).matches()) {
            return Optional.of(quoted + " has the region \"" + parts.get(3) + "\"; write one such as us-east-1, or *");
        }
        if (parts.size() > 4 && !ACCOUNT.matcher(parts.get(4)).matches()) {
            return Optional.of(quoted + " has the account \"" + parts.get(4) + "\"; write its twelve digits, or *");
        }
        if (parts.size() == PARTS && !ID.matcher(id(parts.get(5))).matches()) {
            return Optional.of(quoted + " has the API id \"" + id(parts.get(5))
                    + "\"; write letters and digits, such as" + " abc123def4, or *");
        }
        return Optional.empty();
    }

    private static String id(String last) {
        int slash = last.indexOf('/');
        return slash < 0 ? last : last.substring(0, slash);
    }

    /**
     * The pattern for the ARNs of requests to {@code api}. An account that is not known is left out of the comparison: a policy
     * belongs to an API of its own account, and the id tells which. It is empty then, as in those ARNs, and not a star, which would
     * also stand for the rest of an ARN up to a colon in its path.
     *
     * @throws IllegalArgumentException when the API would have to be known for it
     */
    static String expand(String text, Api api) {
        if (text.equals("*")) {
            return text;
        }
        if (text.startsWith(SHORT)) {
            return api.arn() + text.substring(SHORT.length());
        }
        List<String> parts = new ArrayList<>(List.of(text.split(":", PARTS)));
        if (api.partition().isEmpty()) {
            parts.set(1, "");
        }
        need(!api.region().isEmpty() || isStars(parts.get(3)), "region", text);
        if (parts.size() > 4 && api.account().isEmpty()) {
            // A star that ends the ARN early stands for the parts after it too.
            parts.set(4, parts.size() < PARTS ? "*" : "");
        }
        need(!api.id().isEmpty() || parts.size() < PARTS || isStars(id(parts.get(5))), "id", text);
        return String.join(":", parts)
                .replace(Variables.REGION, api.region())
                .replace(Variables.ACCOUNT, api.account())
                .replace(Variables.API, api.id());
    }

    private static void need(boolean known, String what, String text) {
        if (!known) {
            throw new IllegalArgumentException("\"" + text + "\" needs the API's " + what
                    + ", which is not known here; name the API by its ARN, or write the short form execute-api:/...");
        }
    }

    private static boolean isStars(String part) {
        return part.matches("\\*+");
    }
}
