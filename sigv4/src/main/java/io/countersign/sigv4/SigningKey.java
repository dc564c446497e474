package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;

/** The key derived for one access key and credential scope, with the texts that stay the same under it. */
final class SigningKey {
    private final Seal seal;
    private final byte[] scope;
    private final byte[] credential;
    private final byte[] token;

    private SigningKey(Seal seal, AwsCredentials keys, String dayToService) {
        String scopeText = dayToService + "/aws4_request";
        this.seal = seal;
        this.scope = ascii(scopeText);
        this.credential = ascii(keys.accessKeyId() + "/" + scopeText);
        this.token = keys.hasToken() ? ascii(keys.sessionToken()) : null;
    }

    static SigningKey derive(AwsCredentials keys, String day, SigningContext context) {
        return switch (context.algorithm()) {
            case V4 ->
                new SigningKey(
                        ofScope(keys, day, context), keys, day + "/" + context.region() + "/" + context.service());
            // Valid in several regions, so none is in the scope.
            case V4A -> new SigningKey(new Ecdsa(DerivedKeyPair.privateKey(keys)), keys, day + "/" + context.service());
        };
    }

    private static Hmac ofScope(AwsCredentials keys, String day, SigningContext context) {
        Hmac secret = new Hmac(("AWS4" + keys.secretAccessKey()).getBytes(StandardCharsets.UTF_8));
        Hmac ofDay = new Hmac(secret.of(ascii(day)));
        Hmac ofRegion = new Hmac(ofDay.of(ascii(context.region())));
        Hmac ofService = new Hmac(ofRegion.of(ascii(context.service())));
        return new Hmac(ofService.of(ascii("aws4_request")));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    Seal seal() {
        return seal;
    }

    /** {@code 20150830/us-east-1/iam/aws4_request}; with V4A without the region. */
    byte[] scope() {
        return scope;
    }

    /** The access key id, {@code /}, and the scope. */
    byte[] credential() {
        return credential;
    }

    /** The session token, or null. */
    byte[] token() {
        return token;
    }
}
