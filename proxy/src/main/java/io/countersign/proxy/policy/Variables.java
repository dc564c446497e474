package io.countersign.proxy.policy;

import io.countersign.proxy.config.NearestKey;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a policy's texts hold that stands for something else: policy variables such as {@code ${aws:username}}, which need an
 * identity and are refused, and placeholders such as {@code {region}}, which are filled in.
 */
final class Variables {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}]*}?");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^{}]*}");

    static final String REGION = "{region}";
    static final String ACCOUNT = "{account_id}";
    static final String API = "{api_id}";
    private static final List<String> KNOWN = List.of(ACCOUNT, API, REGION);

    private Variables() {}

    static Optional<String> find(String text) {
        Matcher matcher = VARIABLE.matcher(text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    static String refusal(String text) {
        return "the policy variable " + find(text).orElseThrow()
                + " is not filled in here, since callers have no AWS identity; write the value itself";
    }

    static boolean hasPlaceholder(String text) {
        return PLACEHOLDER.matcher(text).find();
    }

    /** What is wrong with the first placeholder that is not known. */
    static Optional<String> unknownPlaceholder(String text) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .map(java.util.regex.MatchResult::group)
                .filter(placeholder -> !KNOWN.contains(placeholder))
                .findFirst()
                .map(placeholder ->
                        "the placeholder " + placeholder + " is unknown" + NearestKey.hint(placeholder, KNOWN));
    }
}
