package io.countersign.sigv4;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;

/**
 * The P-256 key that SigV4A derives from an access key: a key derivation function in counter mode (NIST SP 800-108) makes
 * candidates of 32 bytes until one lies in the range of private keys.
 *
 * <p>AWS derives the same pair and keeps its public half; nothing but the access key id names it.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html">Elements of an AWS
 *     API request signature</a>
 */
final class DerivedKeyPair {
    static final ECParameterSpec P256 = p256();

    private static final int LENGTH = 32;
    /** One byte counts the candidates; that even the second is needed has a probability of one in four billion. */
    private static final int MAX_COUNTER = 254;
    /** The length of what is derived, in bits. */
    private static final int BITS = 256;

    private static final byte[] MAX_CANDIDATE = unsigned(P256.getOrder().subtract(BigInteger.TWO));

    private DerivedKeyPair() {}

    static ECPrivateKey privateKey(AwsCredentials keys) {
        try {
            BigInteger scalar = new BigInteger(1, scalar(keys));
            return (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, P256));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no keys on the curve P-256", e);
        }
    }

    /** The private key as a number, 32 bytes in big-endian order. */
    static byte[] scalar(AwsCredentials keys) {
        Hmac secret = new Hmac(("AWS4A" + keys.secretAccessKey()).getBytes(StandardCharsets.UTF_8));
        for (int counter = 1; counter <= MAX_COUNTER; counter++) {
            byte[] candidate = secret.of(fixedInput(keys.accessKeyId(), counter));
            if (isInRange(candidate)) {
                addOne(candidate);
                return candidate;
            }
        }
        throw new IllegalStateException("no key can be derived from this access key; use another");
    }

    /** The input for the first and only block: its number, label, zero, context and length. */
    private static byte[] fixedInput(String accessKeyId, int counter) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.writeBytes(new byte[] {0, 0, 0, 1});
        input.writeBytes(ascii(SignatureAlgorithm.V4A.text()));
        input.write(0);
        input.writeBytes(ascii(accessKeyId));
        input.write(counter);
        input.writeBytes(new byte[] {0, 0, (byte) (BITS >> 8), (byte) BITS});
        return input.toByteArray();
    }

    /**
     * Whether the candidate is at most the order of the curve less two, so that one more is a private key. The time it
     * takes does not depend on the bytes.
     */
    static boolean isInRange(byte[] candidate) {
        int borrow = 0;
        for (int i = LENGTH - 1; i >= 0; i--) {
            int difference = (MAX_CANDIDATE[i] & 0xFF) - (candidate[i] & 0xFF) - borrow;
            borrow = difference >>> 31;
        }
        return borrow == 0;
    }

    /** Cannot overflow, since the candidate is in range; its time does not depend on the bytes either. */
    static void addOne(byte[] number) {
        int carry = 1;
        for (int i = LENGTH - 1; i >= 0; i--) {
            int sum = (number[i] & 0xFF) + carry;
            number[i] = (byte) sum;
            carry = sum >>> 8;
        }
    }

    /** Without the leading zero that marks a number as positive. */
    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return Arrays.copyOfRange(bytes, bytes.length - LENGTH, bytes.length);
    }

    private static ECParameterSpec p256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK does not have the curve P-256, which TLS needs as well", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
