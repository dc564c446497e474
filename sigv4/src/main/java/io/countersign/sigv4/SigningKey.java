package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;

/** The key derived for one access key, day, region and service, with the texts that stay the same under it. */
final class SigningKey {
    private final Hmac hmac;
    private final byte[] scope;
    private final byte[] credential;
    private final byte[] token;

    private SigningKey(Hmac hmac, byte[] scope, byte[] credential, byte[] token) {
        this.hmac = hmac;
        this.scope = scope;
        this.credential = credential;
        this.token = token;
    }

    static SigningKey derive(AwsCredentials keys, String day, String region, String service) {
        Hmac secret = new Hmac(("AWS4" + keys.secretAccessKey()).getBytes(StandardCharsets.UTF_8));
        Hmac ofDay = new Hmac(secret.of(ascii(day)));
        Hmac ofRegion = new Hmac(ofDay.of(ascii(region)));
        Hmac ofService = new Hmac(ofRegion.of(ascii(service)));
        Hmac signing = new Hmac(ofService.of(ascii("aws4_request")));
        String scope = day + "/" + region + "/" + service + "/aws4_request";
        return new SigningKey(
                signing,
                ascii(scope),
                ascii(keys.accessKeyId() + "/" + scope),
                keys.hasToken() ? ascii(keys.sessionToken()) : null);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    Hmac hmac() {
        return hmac;
    }

    /** {@code 20150830/us-east-1/iam/aws4_request} */
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
