package io.countersign.standin.upload;

import io.countersign.standin.wire.RequestHead;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The forms of the frame, as {@code x-amz-content-sha256} names them. */
public enum Form {
    SIGNED("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", true, false),
    SIGNED_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", true, true),
    UNSIGNED_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER", false, true);

    private final String value;
    private final boolean signed;
    private final boolean trailer;

    Form(String value, boolean signed, boolean trailer) {
        this.value = value;
        this.signed = signed;
        this.trailer = trailer;
    }

    /** The form that a request announces; empty where it announces none that is known here. */
    public static Optional<Form> of(RequestHead head) {
        List<String> sent = head.all("x-amz-content-sha256");
        return Arrays.stream(values())
                .filter(form -> sent.equals(List.of(form.value)))
                .findFirst();
    }

    /** The payload hash in the canonical request. */
    public String value() {
        return value;
    }

    /** Whether each chunk has a signature, and the trailers too. */
    public boolean isSigned() {
        return signed;
    }

    boolean hasTrailer() {
        return trailer;
    }
}
