package io.countersign.sigv4;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/** A random request, both as it goes on the wire and as the parts it was made of, which the oracles are fed with. */
record Sample(
        String method,
        String path,
        List<Parameter> parameters,
        String query,
        String host,
        int port,
        List<Header> headers,
        String bodyHex,
        AwsCredentials keys,
        String region,
        String service,
        Instant time) {

    /** A query parameter before encoding; a null value is a missing one. */
    record Parameter(String name, String value) {}

    SigningRequest request(boolean unsignedPayload) {
        return new SigningRequest(
                method, path, query, headers, unsignedPayload ? SigningRequest.UNSIGNED_PAYLOAD : payloadHash());
    }

    SigningContext context(PathStyle style, boolean signToken, boolean contentHash) {
        return new SigningContext(region, service, style, signToken, contentHash);
    }

    String payloadHash() {
        PayloadHash hash = new PayloadHash();
        hash.update(body(), 0, bodyHex.length() / 2);
        return hash.hex();
    }

    byte[] body() {
        return HexFormat.of().parseHex(bodyHex);
    }

    AwsCredentials keysWithoutToken() {
        return AwsCredentials.longLived(keys.accessKeyId(), keys.secretAccessKey());
    }

    /** All that is needed to write a test of its own for a request that failed. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(method).append(' ').append(path).append('?').append(query).append('\n');
        for (Header header : headers) {
            text.append(header.name()).append(':').append(header.value()).append("|\n");
        }
        return text.append("body ")
                .append(bodyHex)
                .append("\nparameters ")
                .append(parameters)
                .append("\ntoken ")
                .append(keys.sessionToken())
                .append("\nscope ")
                .append(region)
                .append('/')
                .append(service)
                .append(" at ")
                .append(time)
                .toString();
    }
}
