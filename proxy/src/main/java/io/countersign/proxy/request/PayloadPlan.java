package io.countersign.proxy.request;

import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.fields.AwsChunked;
import io.countersign.proxy.fields.AwsChunkedFields;
import io.countersign.proxy.fields.RequestFields;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.sigv4.PayloadHash;
import io.countersign.sigv4.SigningRequest;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a request's body is collected or streams, and what the signature says of it.
 *
 * <p>A body streams when its hash is not needed (unsigned) or announced by the client. To S3 it must have a length too: S3
 * takes no chunks, so a chunked body is collected, if it is within the limits. One in frames of S3's own streams in any case.
 */
sealed interface PayloadPlan {
    /** @param hash what to sign; null where it is computed from the body */
    record Collect(String hash) implements PayloadPlan {}

    /** @param checked whether {@code hash} is the client's word for it, to be held against what comes */
    record Stream(String hash, boolean checked) implements PayloadPlan {}

    /** A body of frames that are S3's own; what the head says of it has been checked. */
    record Framed(AwsChunked.Framed frames) implements PayloadPlan {}

    /** @param length of the body; 0 for none, -1 for a chunked one */
    static PayloadPlan of(long length, HttpHeaders fields, Optional<SigningConfig> signing) {
        if (signing.isEmpty()) {
            return new Collect(PayloadHash.EMPTY);
        }
        if (AwsChunkedFields.mayAnnounce(fields) && AwsChunkedFields.read(fields) instanceof AwsChunked.Framed frames) {
            return new Framed(frames);
        }
        if (signing.get().payload() == PayloadMode.UNSIGNED || signing.get().isPresignedS3()) {
            boolean streams = signing.get().isS3() ? length > 0 : length != 0;
            return streams
                    ? new Stream(SigningRequest.UNSIGNED_PAYLOAD, false)
                    : new Collect(SigningRequest.UNSIGNED_PAYLOAD);
        }
        if (length == 0) {
            return new Collect(PayloadHash.EMPTY);
        }
        String announced = length > 0 ? announced(fields) : null;
        return announced == null ? new Collect(null) : new Stream(announced, true);
    }

    /** The one hash that the client announces, lower case; null for none, or for what is no SHA-256. */
    private static String announced(HttpHeaders fields) {
        List<String> values = fields.getAll(RequestFields.PAYLOAD_HASH);
        if (values.size() != 1 || values.get(0).length() != 2 * 32) {
            return null;
        }
        String hash = values.get(0).toLowerCase(Locale.ROOT);
        for (int i = 0; i < hash.length(); i++) {
            if (Character.digit(hash.charAt(i), 16) < 0 || hash.charAt(i) >= 0x80) {
                return null;
            }
        }
        return hash;
    }
}
