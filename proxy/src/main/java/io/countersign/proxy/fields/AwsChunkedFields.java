package io.countersign.proxy.fields;

import io.countersign.proxy.wire.HopByHop;
import io.countersign.sigv4.StreamingPayload;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the fields that go with a body in {@code aws-chunked} form. Anything but their one usual form is refused. */
public final class AwsChunkedFields {
    private static final AsciiString PAYLOAD_HASH = AsciiString.cached(RequestFields.PAYLOAD_HASH);
    private static final String STREAMING = "STREAMING-";
    private static final String CODING = "aws-chunked";
    private static final AsciiString DECODED_LENGTH = AsciiString.cached("x-amz-decoded-content-length");
    private static final AsciiString TRAILER = AsciiString.cached("x-amz-trailer");

    /** More than any object that S3 stores, and far from where a sum could overflow. */
    private static final int MAX_DIGITS = 15;

    private static final int MAX_TRAILERS = 8;

    private final HttpHeaders fields;

    private AwsChunkedFields(HttpHeaders fields) {
        this.fields = fields;
    }

    /** What the fields of a request say. */
    public static AwsChunked read(HttpHeaders fields) {
        return new AwsChunkedFields(fields).read();
    }

    /** Whether {@link #read} can find a frame that can be signed; a quick look at one field. */
    public static boolean mayAnnounce(HttpHeaders fields) {
        String hash = fields.get(PAYLOAD_HASH);
        return hash != null && isStreaming(hash);
    }

    private static boolean isStreaming(String hash) {
        return hash.regionMatches(true, 0, STREAMING, 0, STREAMING.length());
    }

    private AwsChunked read() {
        List<String> hashes = fields.getAll(PAYLOAD_HASH);
        Optional<String> streaming = firstStreaming(hashes);
        if (streaming.isEmpty()) {
            // Fields that go with such a body and with nothing else.
            return namesCoding() || fields.contains(DECODED_LENGTH) || fields.contains(TRAILER)
                    ? new AwsChunked.Unknown(Optional.empty())
                    : new AwsChunked.Absent();
        }
        if (hashes.size() > 1) {
            return new AwsChunked.Malformed("there is more than one " + PAYLOAD_HASH);
        }
        Optional<StreamingPayload> form = StreamingPayload.of(streaming.get());
        if (form.isEmpty()) {
            return new AwsChunked.Unknown(streaming);
        }
        if (losesFields()) {
            return new AwsChunked.Malformed("Connection names a field that says how the body is framed");
        }
        if (hasUnusualCoding()) {
            return new AwsChunked.Malformed("content-encoding names " + CODING + " in an unusual way");
        }
        return withLength(form.get());
    }

    /** Asked for each request that is signed, and mostly of an empty list. */
    private static Optional<String> firstStreaming(List<String> hashes) {
        for (String hash : hashes) {
            if (isStreaming(hash)) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    /** In quotes or with a parameter too: neither is a coding, and whoever decodes it may not mind. */
    private boolean namesCoding() {
        return ListField.any(
                fields.getAll(HttpHeaderNames.CONTENT_ENCODING),
                coding -> coding.toLowerCase(Locale.ROOT).contains(CODING));
    }

    /** They would not pass, and the upstream would have to guess. */
    private boolean losesFields() {
        Set<String> named = HopByHop.named(fields);
        return named.contains(DECODED_LENGTH.toString())
                || named.contains(TRAILER.toString())
                || named.contains(HttpHeaderNames.CONTENT_ENCODING.toString());
    }

    private boolean hasUnusualCoding() {
        return ListField.any(
                fields.getAll(HttpHeaderNames.CONTENT_ENCODING),
                coding -> coding.toLowerCase(Locale.ROOT).contains(CODING) && !coding.equals(CODING));
    }

    private AwsChunked withLength(StreamingPayload form) {
        List<String> lengths = fields.getAll(DECODED_LENGTH);
        if (lengths.size() != 1 || !isNumber(lengths.get(0))) {
            return new AwsChunked.Malformed(DECODED_LENGTH + " is to say the object's length, once and in digits");
        }
        long length = Long.parseLong(lengths.get(0));
        if (!form.hasTrailer()) {
            return fields.contains(TRAILER)
                    ? new AwsChunked.Malformed(TRAILER + " announces trailers, and " + form.value() + " has none")
                    : new AwsChunked.Framed(form, length, List.of());
        }
        List<String> trailers = new ArrayList<>(1);
        for (String line : fields.getAll(TRAILER)) {
            for (String name : line.split(",", -1)) {
                trailers.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return areTrailers(trailers)
                ? new AwsChunked.Framed(form, length, List.copyOf(trailers))
                : new AwsChunked.Malformed(
                        TRAILER + " is to name the trailers that follow, such as x-amz-checksum-crc32");
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && (text.length() == 1 || text.charAt(0) != '0');
    }

    /** S3 takes checksums alone; a trailer of another name might be taken for a field. */
    private static boolean areTrailers(List<String> names) {
        return !names.isEmpty()
                && names.size() <= MAX_TRAILERS
                && names.stream().distinct().count() == names.size()
                && names.stream().allMatch(AwsChunkedFields::isChecksum);
    }

    private static boolean isChecksum(String name) {
        String prefix = "x-amz-checksum-";
        return name.startsWith(prefix)
                && name.length() > prefix.length()
                && name.length() <= 64
                && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }
}
