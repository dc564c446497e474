package io.countersign.standin.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and signatures of Signature Version 4A. */
class AsymmetricSignatureTest {
    /** Known answers of the AWS Common Runtime's tests (aws-c-auth, key derivation). */
    private static final Credential KEY =
            Credential.of("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom");

    private final AsymmetricSignature asymmetric = new AsymmetricSignature();

    @Test
    void derivesTheKeyPairThatAwsDerives() {
        AsymmetricSignature.Key key = new AsymmetricSignature.Key(KEY.accessKey(), KEY.secretKey());
        ECPoint point = AsymmetricSignature.times(AsymmetricSignature.scalar(key));

        assertEquals(
                "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd",
                AsymmetricSignature.scalar(key).toString(16));
        assertEquals(
                "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
                point.getAffineX().toString(16));
        assertEquals(
                "515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
                point.getAffineY().toString(16));
    }

    @Test
    void verifiesWhatTheKeyHasSignedAndNothingElse() throws Exception {
        ECParameterSpec curve = AsymmetricSignature.P256;
        Signature signer = Signature.getInstance("SHA256withECDSA");
        AsymmetricSignature.Key key = new AsymmetricSignature.Key(KEY.accessKey(), KEY.secretKey());
        signer.initSign(KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(AsymmetricSignature.scalar(key), curve)));
        signer.update("text".getBytes(StandardCharsets.US_ASCII));
        String signature = HexFormat.of().formatHex(signer.sign());

        assertTrue(asymmetric.verifies(signature, "text", KEY));
        assertTrue(asymmetric.verifies(signature, "text", KEY), "with the key that was kept");
        assertFalse(asymmetric.verifies(signature, "Text", KEY));
        assertFalse(asymmetric.verifies(signature, "text", Credential.of(KEY.accessKey(), "another")));
        assertFalse(asymmetric.verifies(signature, "text", Credential.of("AKIDOTHER", KEY.secretKey())));
        assertFalse(asymmetric.verifies("00".repeat(70), "text", KEY), "no ASN.1");
        assertFalse(asymmetric.verifies(signature.substring(0, signature.length() - 2), "text", KEY));
        // Both numbers 0: what a verifier that leaves out the check of their range takes for any text.
        assertFalse(asymmetric.verifies("3006020100020100", "text", KEY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* | true",
                "us-east-1 | true",
                "eu-west-1,us-east-1 | true",
                "us-* | true",
                "eu-* | false",
                "us-east-10 | false",
                "us-east | false",
                "us.east.1 | false",
                "'' | false"
            })
    void coversTheRegionsThatASetNames(String set, boolean covered) {
        assertEquals(covered, AsymmetricSignature.covers(set, "us-east-1"));
    }
}
