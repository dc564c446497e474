package io.countersign.proxy.net;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM: PKCS#8 (RFC 5958), or what OpenSSL wrote before it, PKCS#1 for RSA (RFC 8017 A.1.2) and SEC 1 for EC
 * (RFC 5915), which cert-manager still writes by default. Those are PKCS#8 without its wrapping, which is put around them here.
 */
public final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

    /** Tried in turn: PKCS#8 names its algorithm, which the JDK can tell only by trying. */
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final byte[] RSA_ENCRYPTION = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC_PUBLIC_KEY = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int PARAMETERS = 0xa0;

    private PemKey() {}

    /**
     * The key of a PEM text.
     *
     * @throws GeneralSecurityException when it holds none that can be used; its message follows the name of a file, and says what to do
     */
    public static PrivateKey read(String pem) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new GeneralSecurityException(absent(pem));
        }
        String kind = block.group(1);
        if (kind.equals("ENCRYPTED PRIVATE KEY") || pem.contains("Proc-Type: 4,ENCRYPTED")) {
            throw new GeneralSecurityException(encrypted());
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(block.group(2).strip());
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("is not valid PEM: its base64 is broken; write the key anew", e);
        }
        return key(wrapped(kind, der));
    }

    private static String absent(String pem) {
        if (pem.contains("Proc-Type: 4,ENCRYPTED")) {
            return encrypted();
        }
        Matcher label = LABEL.matcher(pem);
        return label.find()
                ? "holds a " + label.group(1) + " and no whole private key; name the file with BEGIN PRIVATE KEY in it"
                : "is not a private key in PEM; name the file with BEGIN PRIVATE KEY in it";
    }

    private static String encrypted() {
        return "is an encrypted key, and there is nobody to type its password; decrypt it (openssl pkey -in KEY -out"
                + " PLAIN-KEY) and let only the proxy's user read it";
    }

    private static byte[] wrapped(String kind, byte[] der) throws GeneralSecurityException {
        return switch (kind) {
            case "PRIVATE KEY" -> der;
            case "RSA PRIVATE KEY" -> tagged(SEQUENCE, VERSION_0, RSA_ENCRYPTION, tagged(OCTET_STRING, der));
            case "EC PRIVATE KEY" ->
                tagged(SEQUENCE, VERSION_0, tagged(SEQUENCE, EC_PUBLIC_KEY, curve(der)), tagged(OCTET_STRING, der));
            default ->
                throw new GeneralSecurityException("holds a " + kind
                        + ", which TLS does not use here; write an RSA or EC key as PKCS#8 (openssl pkcs8"
                        + " -topk8 -nocrypt -in KEY -out NEW-KEY)");
        };
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException | IllegalArgumentException another) {
                // The next one may be it.
            }
        }
        throw new GeneralSecurityException(
                "is not a key that can be read: neither RSA, EC nor Ed25519; write the key anew");
    }

    /** Whether the key is the one of the certificate that holds {@code other}: what it signs can be verified with that. */
    public static boolean matches(PrivateKey key, PublicKey other) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        byte[] text = "one key".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(other);
            verifying.update(text);
            return verifying.verify(signed);
        } catch (GeneralSecurityException anotherKind) {
            return false;
        }
    }

    /** The curve of a SEC 1 key, which is optional in that form alone: its element [0]. */
    private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
        try {
            int[] sequence = element(sec1, 0);
            for (int at = sequence[0]; at < sequence[0] + sequence[1]; ) {
                int[] each = element(sec1, at);
                if ((sec1[at] & 0xff) == PARAMETERS) {
                    return Arrays.copyOfRange(sec1, each[0], each[0] + each[1]);
                }
                at = each[0] + each[1];
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new GeneralSecurityException("is cut short; write the key anew", e);
        }
        throw new GeneralSecurityException(
                "does not name its curve; write it as PKCS#8 (openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW-KEY)");
    }

    /** Where the content of the DER element at a place begins, and its length; lengths of up to three bytes are enough for a key. */
    private static int[] element(byte[] der, int at) throws GeneralSecurityException {
        int first = der[at + 1] & 0xff;
        int bytes = first < 0x80 ? 0 : first & 0x7f;
        int length = bytes == 0 ? first : 0;
        if (bytes > 3) {
            throw new GeneralSecurityException("is not a key that can be read; write the key anew");
        }
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | (der[at + 2 + i] & 0xff);
        }
        int content = at + 2 + bytes;
        if (content + length > der.length) {
            throw new GeneralSecurityException("is cut short; write the key anew");
        }
        return new int[] {content, length};
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
