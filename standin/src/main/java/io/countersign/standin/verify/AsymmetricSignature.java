package io.countersign.standin.verify;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies the signatures of Signature Version 4A. The public key is computed as a textbook does it (SEC 1, section 2.2.1), and
 * is kept for each access key; ECDSA itself is the JDK's.
 */
final class AsymmetricSignature {
    /** The parameters of P-256: FIPS 186-4, section D.1.2.3. */
    private static final BigInteger P = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");

    private static final BigInteger N = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static final BigInteger A = P.subtract(BigInteger.valueOf(3));
    private static final BigInteger B = hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    private static final ECPoint G = new ECPoint(
            hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
            hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));
    static final ECParameterSpec P256 = new ECParameterSpec(new EllipticCurve(new ECFieldFp(P), A, B), G, N, 1);

    /** As many as are known to the stand-in at a time; an old one costs nothing but its place. */
    private static final int MAX_KEYS = 1024;

    private final Map<Key, PublicKey> keys = new ConcurrentHashMap<>();

    record Key(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Key[" + accessKey + "]";
        }
    }

    /** @param signature hex digits */
    boolean verifies(String signature, String stringToSign, Credential credential) {
        try {
            Signature ecdsa = Signature.getInstance("SHA256withECDSA");
            ecdsa.initVerify(publicKey(new Key(credential.accessKey(), credential.secretKey())));
            ecdsa.update(stringToSign.getBytes(StandardCharsets.ISO_8859_1));
            return verifies(ecdsa, HexFormat.of().parseHex(signature));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has ECDSA on P-256, which TLS needs", e);
        }
    }

    private static boolean verifies(Signature ecdsa, byte[] signature) {
        try {
            return ecdsa.verify(signature);
        } catch (GeneralSecurityException notAsn1) {
            return false;
        }
    }

    private PublicKey publicKey(Key key) throws GeneralSecurityException {
        PublicKey known = keys.get(key);
        if (known != null) {
            return known;
        }
        PublicKey made = KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(times(scalar(key)), P256));
        if (keys.size() >= MAX_KEYS) {
            keys.clear();
        }
        keys.put(key, made);
        return made;
    }

    /**
     * The private key: candidates of a key derivation function in counter mode (NIST SP 800-108, section 5.1) with HMAC-SHA256,
     * until one is at most the order of the curve less two; and one more.
     */
    static BigInteger scalar(Key key) {
        Mac mac = hmac("AWS4A" + key.secretKey);
        for (int counter = 1; counter <= 254; counter++) {
            mac.update(new byte[] {0, 0, 0, 1});
            mac.update(Algorithm.ECDSA.text().getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            mac.update(key.accessKey.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) counter);
            mac.update(new byte[] {0, 0, 1, 0}); // 256 bits
            BigInteger candidate = new BigInteger(1, mac.doFinal());
            if (candidate.compareTo(N.subtract(BigInteger.TWO)) <= 0) {
                return candidate.add(BigInteger.ONE);
            }
        }
        throw new IllegalStateException("no key can be derived from access key " + key.accessKey);
    }

    private static Mac hmac(String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** The generator, added to itself that many times: double and add, bit by bit. */
    static ECPoint times(BigInteger scalar) {
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            sum = plus(sum, sum);
            if (scalar.testBit(bit)) {
                sum = plus(sum, G);
            }
        }
        return sum;
    }

    private static ECPoint plus(ECPoint one, ECPoint other) {
        if (one.equals(ECPoint.POINT_INFINITY)) {
            return other;
        }
        if (other.equals(ECPoint.POINT_INFINITY)) {
            return one;
        }
        BigInteger x1 = one.getAffineX();
        BigInteger y1 = one.getAffineY();
        BigInteger x2 = other.getAffineX();
        BigInteger y2 = other.getAffineY();
        BigInteger slope;
        if (x1.equals(x2)) {
            if (y1.add(y2).mod(P).signum() == 0) {
                return ECPoint.POINT_INFINITY;
            }
            slope = x1.pow(2)
                    .multiply(BigInteger.valueOf(3))
                    .add(A)
                    .multiply(y1.shiftLeft(1).modInverse(P));
        } else {
            slope = y2.subtract(y1).multiply(x2.subtract(x1).mod(P).modInverse(P));
        }
        BigInteger x = slope.pow(2).subtract(x1).subtract(x2).mod(P);
        return new ECPoint(x, slope.multiply(x1.subtract(x)).subtract(y1).mod(P));
    }

    /** Whether a region set names the region, or has a pattern for it. */
    static boolean covers(String regionSet, String region) {
        return Stream.of(regionSet.split(",", -1))
                .anyMatch(each -> region.matches(
                        Stream.of(each.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"))));
    }

    private static BigInteger hex(String digits) {
        return new BigInteger(digits, 16);
    }
}
