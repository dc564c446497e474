package io.countersign.proxy.aws;

import static io.countersign.proxy.aws.PayloadMode.SIGNED;
import static io.countersign.proxy.aws.PayloadMode.UNSIGNED;

import io.countersign.sigv4.PathStyle;
import java.util.List;

/** The part of a row that says how requests are signed. */
record Signing(PathStyle pathStyle, List<PayloadMode> payloads, List<String> headers) {
    static final Signing USUAL = new Signing(PathStyle.AWS, List.of(SIGNED), List.of());

    Signing pathAsSent() {
        return new Signing(PathStyle.S3, payloads, headers);
    }

    /** The body signed or not, as the route says. */
    Signing eitherPayload() {
        return new Signing(pathStyle, List.of(SIGNED, UNSIGNED), headers);
    }

    Signing unsignedPayload() {
        return new Signing(pathStyle, List.of(UNSIGNED), headers);
    }

    /** Lower-case names that are signed too. */
    Signing headers(String... names) {
        return new Signing(pathStyle, payloads, List.of(names));
    }
}
