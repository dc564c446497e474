package io.countersign.sigv4;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** ECDSA with SHA-256 under one private key: signatures as ASN.1 (DER), 68 to 72 bytes long, different each time. */
final class Ecdsa implements Seal {
    private final Signature signature;

    Ecdsa(PrivateKey key) {
        try {
            signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign with ECDSA on P-256", e);
        }
    }

    @Override
    public void sign(ByteText text, ByteText to) {
        try {
            signature.update(text.bytes(), 0, text.length());
            byte[] made = signature.sign(); // and is ready for the next
            to.appendHex(made);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was accepted does not sign", e);
        }
    }
}
