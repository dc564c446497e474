package io.countersign.standin.verify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of an {@code Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...} line, or of the
 * parameters of a presigned URL.
 *
 * @param scope access key, date, region, service and terminator, split at the slashes; no region with {@link Algorithm#ECDSA}
 */
record AuthorizationHeader(Algorithm algorithm, List<String> scope, List<String> signedHeaders, String signature) {
    private static final List<String> NAMES = List.of("Credential", "Signature", "SignedHeaders");

    /** What could be made of a line: the header, or what it lacks. */
    record Parsed(Optional<AuthorizationHeader> header, String fault) {
        static Parsed faulty(String fault) {
            return new Parsed(Optional.empty(), fault);
        }
    }

    static Parsed parse(String line) {
        int space = line.indexOf(' ');
        Optional<Algorithm> named = Algorithm.named(line.substring(0, Math.max(0, space)));
        if (named.isEmpty()) {
            return Parsed.faulty("Authorization header does not begin with '" + Algorithm.HMAC.text() + " ' or '"
                    + Algorithm.ECDSA.text() + " '.");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : line.substring(space + 1).split(",", -1)) {
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
            return Parsed.faulty(missing + "Authorization=" + named.get().text());
        }
        if (parameters.size() > NAMES.size()) {
            return Parsed.faulty("Authorization header has parameters besides " + String.join(", ", NAMES) + ".");
        }
        return of(
                named.get(),
                parameters.get("Credential"),
                parameters.get("SignedHeaders"),
                parameters.get("Signature"));
    }

    static Parsed of(Algorithm algorithm, String credential, String signedHeaders, String signature) {
        Optional<String> fault = algorithm
                .signatureFault(signature)
                .map(form -> "Authorization header's 'Signature' is not " + form + ".")
                .or(() -> algorithm.scopeFault(credential));
        return fault.map(Parsed::faulty)
                .orElseGet(() -> new Parsed(
                        Optional.of(new AuthorizationHeader(
                                algorithm,
                                Arrays.asList(credential.split("/", -1)),
                                Arrays.asList(signedHeaders.split(";", -1)),
                                signature)),
                        ""));
    }

    String accessKey() {
        return scope.get(0);
    }

    String date() {
        return scope.get(1);
    }

    /** Empty with {@link Algorithm#ECDSA}. */
    Optional<String> region() {
        return algorithm == Algorithm.HMAC ? Optional.of(scope.get(2)) : Optional.empty();
    }

    String service() {
        return scope.get(scope.size() - 2);
    }

    String terminator() {
        return scope.get(scope.size() - 1);
    }

    /** From the date on. */
    List<String> credentialScope() {
        return scope.subList(1, scope.size());
    }
}
