package io.countersign.proxy.net;

import io.countersign.proxy.secrets.Quoted;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** SHA-256 of a certificate in DER, as 64 lower-case hex digits. */
public final class Fingerprint {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern LABEL = Pattern.compile("(?i)^sha-?256(?: fingerprint)?[:=]");

    private Fingerprint() {}

    public static String of(Certificate certificate) throws CertificateEncodingException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * As people and OpenSSL write it: upper or lower case, with or without colons and {@code sha256:} or
     * {@code sha256 Fingerprint=} before it.
     *
     * @throws IllegalArgumentException with the reason
     */
    public static String parse(String text) {
        String digits = LABEL.matcher(text.strip())
                .replaceFirst("")
                .replace(":", "")
                .strip()
                .toLowerCase(Locale.ROOT);
        if (!HEX.matcher(digits).matches()) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not the SHA-256 of a certificate; write its 64 hexadecimal digits, as"
                            + " printed by openssl x509 -noout -fingerprint -sha256");
        }
        return digits;
    }
}
