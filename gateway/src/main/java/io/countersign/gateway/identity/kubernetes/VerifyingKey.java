package io.countersign.gateway.identity.kubernetes;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.util.Optional;

/**
 * One key of an issuer, and the one algorithm that it is for: RS256 or ES256, by what kind of key it is. What a token says of its own
 * algorithm can only agree. So a public key never becomes the secret of an HMAC, and {@code none} is no algorithm of any key.
 */
final class VerifyingKey {
    private static final int MIN_RSA_BITS = 2048;

    private final JWK jwk;
    private final JWSAlgorithm algorithm;
    private final JWSVerifier verifier;

    private VerifyingKey(JWK jwk, JWSAlgorithm algorithm, JWSVerifier verifier) {
        this.jwk = jwk;
        this.algorithm = algorithm;
        this.verifier = verifier;
    }

    /** Empty for a key that verifies no tokens: of another kind or use, too short, without an id. */
    static Optional<VerifyingKey> of(JWK jwk) {
        boolean signs = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        if (!signs || jwk.getKeyID() == null || jwk.isPrivate()) {
            return Optional.empty();
        }
        try {
            if (jwk instanceof RSAKey rsa && rsa.size() >= MIN_RSA_BITS && isFor(jwk, JWSAlgorithm.RS256)) {
                return Optional.of(new VerifyingKey(jwk, JWSAlgorithm.RS256, new RSASSAVerifier(rsa)));
            }
            if (jwk instanceof ECKey ec && ec.getCurve().equals(Curve.P_256) && isFor(jwk, JWSAlgorithm.ES256)) {
                return Optional.of(new VerifyingKey(jwk, JWSAlgorithm.ES256, new ECDSAVerifier(ec)));
            }
        } catch (JOSEException e) {
            return Optional.empty(); // not a point of its curve
        }
        return Optional.empty();
    }

    private static boolean isFor(JWK jwk, JWSAlgorithm algorithm) {
        return jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm);
    }

    String id() {
        return jwk.getKeyID();
    }

    /** Whether another key of the same id is the same key. */
    boolean isSame(VerifyingKey other) {
        return jwk.equals(other.jwk);
    }

    /** What it costs to verify a signature, in that of RSA: the JDK takes some twenty times as long for an elliptic curve. */
    int cost() {
        return algorithm.equals(JWSAlgorithm.RS256) ? 1 : 20;
    }

    /** Whether the token is signed with it. */
    boolean verifies(SignedJWT token) {
        try {
            return algorithm.equals(token.getHeader().getAlgorithm()) && token.verify(verifier);
        } catch (JOSEException e) {
            return false;
        }
    }
}
