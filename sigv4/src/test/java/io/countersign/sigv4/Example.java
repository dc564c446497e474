package io.countersign.sigv4;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A plain request, key and time, for tests in which only one thing is to differ. */
final class Example {
    static final AwsCredentials KEYS =
            AwsCredentials.longLived("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    static final AwsCredentials KEYS_WITH_TOKEN =
            new AwsCredentials(KEYS.accessKeyId(), KEYS.secretAccessKey(), "AQoDYXdzEJr/Canary+Token=");
    static final Instant TIME = Instant.parse("2015-08-30T12:36:00Z");
    static final SigningContext CONTEXT = SigningContext.of("us-east-1", "execute-api");
    static final Header HOST = new Header("Host", "example.com");
    static final SigningRequest REQUEST = request("/", null);

    private Example() {}

    static SigningRequest request(String path, String query, Header... more) {
        List<Header> headers = new ArrayList<>(List.of(more));
        headers.add(HOST);
        return new SigningRequest("GET", path, query, headers, PayloadHash.EMPTY);
    }

    /** A line of the canonical request of a request, counted from 0. */
    static String line(int number, SigningRequest request, SigningContext context) {
        return canonicalRequest(request, context, KEYS).split("\n", -1)[number];
    }

    static String canonicalRequest(SigningRequest request, SigningContext context, AwsCredentials keys) {
        return new HeaderSigner().explain(request, context, keys, TIME).canonicalRequest();
    }
}
