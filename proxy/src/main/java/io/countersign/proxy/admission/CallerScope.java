package io.countersign.proxy.admission;

import io.countersign.proxy.route.AskedScope;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request says in {@code Authorization} of the signature that it came with. It proves nothing, since nobody verifies it: whoever may
 * call, by address or otherwise, may write there whatever they like.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html">Create a signed AWS API request</a>
 */
sealed interface CallerScope {
    /** No signature of Version 4 or 4A. */
    record None() implements CallerScope {
        private static final None IT = new None();
    }

    /** One that can't be read; {@code why} as a clause. */
    record Malformed(String why) implements CallerScope {}

    /** One for a service, by whoever has that key. */
    record Named(String keyId, AskedScope asked) implements CallerScope {}

    /** Longer than any that there are, and short enough for every log line. */
    int MAX_NAME = 64;

    /** The algorithm and what follows it. */
    Pattern FORM = Pattern.compile("AWS4-(HMAC-SHA256|ECDSA-P256-SHA256) (.*)");

    /** Names as they stand in scopes. */
    String NAME = "[a-z0-9]+(?:-[a-z0-9]+)*";

    /** Key id, date and, but for Version 4A, region; service. */
    Pattern CREDENTIAL = Pattern.compile("([^/,= ]{1,128})/(\\d{8})/(?:(" + NAME + ")/)?(" + NAME + ")/aws4_request");

    Pattern REGION = Pattern.compile(NAME);

    static CallerScope read(HttpHeaders fields) {
        List<String> values = fields.getAll(HttpHeaderNames.AUTHORIZATION);
        if (values.isEmpty()) {
            return None.IT; // As nearly all agents send it.
        }
        if (values.size() > 1) {
            return new Malformed("it has more than one Authorization");
        }
        Matcher form = FORM.matcher(values.get(0));
        if (!form.matches()) {
            return None.IT;
        }
        boolean hasRegion = form.group(1).startsWith("HMAC");
        Optional<String> credential = credential(form.group(2));
        Matcher scope = CREDENTIAL.matcher(credential.orElse(""));
        if (!scope.matches() || (scope.group(3) != null) != hasRegion) {
            return new Malformed("the Credential in its Authorization is not KEY/DATE/" + (hasRegion ? "REGION/" : "")
                    + "SERVICE/aws4_request, given once");
        }
        Optional<String> region = hasRegion ? Optional.of(scope.group(3)) : ofSet(fields);
        String service = scope.group(4);
        return service.length() > MAX_NAME
                        || region.filter(name -> name.length() > MAX_NAME).isPresent()
                ? new Malformed("the service or the region in its Authorization is longer than any")
                : new Named(scope.group(1), new AskedScope(service, region));
    }

    /** Empty unless it is there exactly once. */
    private static Optional<String> credential(String parameters) {
        Optional<String> found = Optional.empty();
        for (String parameter : parameters.split(",", -1)) {
            String text = parameter.strip();
            if (text.startsWith("Credential=")) {
                if (found.isPresent()) {
                    return Optional.empty();
                }
                found = Optional.of(text.substring("Credential=".length()));
            }
        }
        return found;
    }

    /** The region of Version 4A, where the set in which it is valid names but one. */
    private static Optional<String> ofSet(HttpHeaders fields) {
        List<String> sets = fields.getAll("x-amz-region-set");
        return sets.size() == 1 && REGION.matcher(sets.get(0)).matches() ? Optional.of(sets.get(0)) : Optional.empty();
    }
}
