package io.countersign.standin.verify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The parts of an {@code Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...} line.
 *
 * @param scope access key, date, region, service and terminator, split at the slashes
 */
record AuthorizationHeader(List<String> scope, List<String> signedHeaders, String signature) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");
    private static final List<String> NAMES = List.of("Credential", "Signature", "SignedHeaders");

    /** What could be made of a line: the header, or what it lacks. */
    record Parsed(Optional<AuthorizationHeader> header, String fault) {
        static Parsed faulty(String fault) {
            return new Parsed(Optional.empty(), fault);
        }
    }

    static Parsed parse(String line) {
        if (!line.startsWith(ALGORITHM + " ")) {
            return Parsed.faulty("Authorization header does not begin with '" + ALGORITHM + " '.");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : line.substring(ALGORITHM.length() + 1).split(",", -1)) {
            String text = parameter.strip();
            int equals = text.indexOf('=');
            if (equals < 0) {
                return Parsed.faulty("'" + text
                        + "' not a valid key=value pair (missing equal-sign) in Authorization header: '" + line + "'.");
            }
            if (parameters.put(text.substring(0, equals), text.substring(equals + 1)) != null) {
                return Parsed.faulty("Authorization header has '" + text.substring(0, equals) + "' twice.");
            }
        }
        StringBuilder missing = new StringBuilder();
        for (String name : NAMES) {
            if (parameters.getOrDefault(name, "").isEmpty()) {
                missing.append("Authorization header requires '").append(name).append("' parameter. ");
            }
        }
        if (!missing.isEmpty()) {
            return Parsed.faulty(missing + "Authorization=" + ALGORITHM);
        }
        if (parameters.size() > NAMES.size()) {
            return Parsed.faulty("Authorization header has parameters besides " + String.join(", ", NAMES) + ".");
        }
        if (!SIGNATURE.matcher(parameters.get("Signature")).matches()) {
            return Parsed.faulty("Authorization header's 'Signature' is not 64 lower-case hex digits.");
        }
        List<String> scope = Arrays.asList(parameters.get("Credential").split("/", -1));
        if (scope.size() != 5) {
            return Parsed.faulty("Credential must have exactly 5 slash-delimited elements, e.g."
                    + " keyid/date/region/service/term, got '" + parameters.get("Credential") + "'");
        }
        List<String> signed = Arrays.asList(parameters.get("SignedHeaders").split(";", -1));
        return new Parsed(Optional.of(new AuthorizationHeader(scope, signed, parameters.get("Signature"))), "");
    }

    String accessKey() {
        return scope.get(0);
    }

    String date() {
        return scope.get(1);
    }

    String region() {
        return scope.get(2);
    }

    String service() {
        return scope.get(3);
    }

    String terminator() {
        return scope.get(4);
    }
}
