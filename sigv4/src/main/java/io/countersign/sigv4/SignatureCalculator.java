package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * From canonical request to signature: what both forms of signing share.
 *
 * <p>Its buffers hold every intermediate text until the next request, which is what an {@link Explanation} is made of.
 */
final class SignatureCalculator {
    private final MessageDigest digest = Sha256.digest();
    private final byte[] hash = new byte[Sha256.LENGTH];
    private final byte[] requestHash = new byte[2 * Sha256.LENGTH];
    private final ByteText signature = new ByteText(144); // as long as ECDSA's can be
    private final ByteText canonicalRequest = new ByteText(4096);
    private final ByteText stringToSign = new ByteText(256);

    final CanonicalHeaders headers = new CanonicalHeaders();
    final CanonicalQuery query = new CanonicalQuery();
    final ByteText signedHeaders = new ByteText(256);
    final AmzDate date = new AmzDate();
    final SigningKeys keys = new SigningKeys();

    /** Closes the list of headers: to be called after the last was added, before {@link #calculate}. */
    void sortHeaders() {
        headers.sort();
        signedHeaders.clear();
        headers.writeNames(signedHeaders);
    }

    /** Computes the signature of a request whose {@link #headers} and {@link #query} were read before. */
    ByteText calculate(SigningRequest request, SigningContext context, SigningKey key) {
        writeCanonicalRequest(request, context.pathStyle());
        hashCanonicalRequest();
        writeStringToSign(context.algorithm(), key);
        signature.clear();
        key.seal().sign(stringToSign, signature);
        return signature;
    }

    private void writeCanonicalRequest(SigningRequest request, PathStyle pathStyle) {
        ByteText to = canonicalRequest;
        to.clear();
        to.appendAscii(request.method());
        to.append('\n');
        CanonicalPath.write(request.path(), pathStyle, to);
        to.append('\n');
        query.write(to);
        to.append('\n');
        headers.write(to);
        to.append('\n');
        to.append(signedHeaders);
        to.append('\n');
        to.appendAscii(request.payloadHash());
    }

    private void hashCanonicalRequest() {
        digest.update(canonicalRequest.bytes(), 0, canonicalRequest.length());
        try {
            digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes do not hold a SHA-256", e);
        }
        Sha256.hex(hash, requestHash);
    }

    private void writeStringToSign(SignatureAlgorithm algorithm, SigningKey key) {
        ByteText to = stringToSign;
        to.clear();
        to.appendAscii(algorithm.text());
        to.append('\n');
        to.append(date.bytes());
        to.append('\n');
        to.append(key.scope());
        to.append('\n');
        to.append(requestHash);
    }

    /** How the last signature came about. */
    Explanation explain(SigningKey key) {
        return new Explanation(
                canonicalRequest.toString(),
                ascii(requestHash),
                stringToSign.toAscii(),
                ascii(key.scope()),
                signedHeaders.toAscii(),
                signature.toAscii());
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
