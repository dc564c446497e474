package io.countersign.sigv4;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The public half of a derived key pair, by the plain formulas of the curve, which the JDK keeps to itself. */
final class PublicKeys {
    private static final BigInteger P =
            ((ECFieldFp) DerivedKeyPair.P256.getCurve().getField()).getP();
    private static final BigInteger A = DerivedKeyPair.P256.getCurve().getA();

    private static final Map<AwsCredentials, PublicKey> KNOWN = new ConcurrentHashMap<>();

    private PublicKeys() {}

    static ECPoint point(AwsCredentials keys) {
        BigInteger scalar = new BigInteger(1, DerivedKeyPair.scalar(keys));
        ECPoint sum = ECPoint.POINT_INFINITY;
        ECPoint power = DerivedKeyPair.P256.getGenerator();
        for (int bit = 0; bit < scalar.bitLength(); bit++) {
            if (scalar.testBit(bit)) {
                sum = add(sum, power);
            }
            power = add(power, power);
        }
        return sum;
    }

    private static ECPoint add(ECPoint one, ECPoint other) {
        if (one.equals(ECPoint.POINT_INFINITY)) {
            return other;
        }
        BigInteger rise = one.equals(other)
                ? one.getAffineX().pow(2).multiply(BigInteger.valueOf(3)).add(A)
                : other.getAffineY().subtract(one.getAffineY());
        BigInteger run = one.equals(other)
                ? one.getAffineY().shiftLeft(1)
                : other.getAffineX().subtract(one.getAffineX());
        BigInteger slope = rise.multiply(run.modInverse(P)).mod(P);
        BigInteger x = slope.pow(2)
                .subtract(one.getAffineX())
                .subtract(other.getAffineX())
                .mod(P);
        BigInteger y = slope.multiply(one.getAffineX().subtract(x))
                .subtract(one.getAffineY())
                .mod(P);
        return new ECPoint(x, y);
    }

    /** Whether a signature in hex is that of a text. */
    static boolean verifies(AwsCredentials keys, String text, String signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(KNOWN.computeIfAbsent(keys, PublicKeys::publicKey));
        verifier.update(text.getBytes(StandardCharsets.US_ASCII));
        return verifier.verify(HexFormat.of().parseHex(signature));
    }

    private static PublicKey publicKey(AwsCredentials keys) {
        try {
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point(keys), DerivedKeyPair.P256));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
