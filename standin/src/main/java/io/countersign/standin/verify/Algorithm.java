package io.countersign.standin.verify;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a string to sign becomes a signature. */
enum Algorithm {
    /** Signature Version 4. */
    HMAC("AWS4-HMAC-SHA256", 5, "keyid/date/region/service/term", "64 lower-case hex digits", "[0-9a-f]{64}"),

    /** Signature Version 4A: ECDSA on P-256. The scope has no region; ASN.1 makes the signature 8 to 72 bytes long. */
    ECDSA(
            "AWS4-ECDSA-P256-SHA256",
            4,
            "keyid/date/service/term",
            "16 to 144 lower-case hex digits",
            "(?:[0-9a-f]{2}){8,72}");

    private final String text;
    private final int scopeParts;
    private final String scopeForm;
    private final String signatureForm;
    private final Pattern signature;

    Algorithm(String text, int scopeParts, String scopeForm, String signatureForm, String signature) {
        this.text = text;
        this.scopeParts = scopeParts;
        this.scopeForm = scopeForm;
        this.signatureForm = signatureForm;
        this.signature = Pattern.compile(signature);
    }

    static Optional<Algorithm> named(String text) {
        return Arrays.stream(values()).filter(each -> each.text.equals(text)).findFirst();
    }

    String text() {
        return text;
    }

    /** What is wrong with the credential of a signature; empty when it has the right parts. */
    Optional<String> scopeFault(String credential) {
        return credential.split("/", -1).length == scopeParts
                ? Optional.empty()
                : Optional.of("Credential must have exactly " + scopeParts + " slash-delimited elements, e.g. "
                        + scopeForm + ", got '" + credential + "'");
    }

    /** What a signature should look like; empty when it does. */
    Optional<String> signatureFault(String text) {
        return signature.matcher(text).matches() ? Optional.empty() : Optional.of(signatureForm);
    }
}
