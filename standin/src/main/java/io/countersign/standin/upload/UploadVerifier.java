package io.countersign.standin.upload;

import io.countersign.standin.upload.UploadException.Kind;
import io.countersign.standin.wire.RequestHead;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Verifies what follows the head of an upload: frames, lengths, the signature of every chunk and of the trailers, and the checksums
 * in these. On each signature two opinions are asked, the AWS SDK's own code and a textbook computation.
 */
public final class UploadVerifier {
    private static final int MIN_CHUNK = 8192;

    private final Consumer<Boolean> agreement;

    /** @param agreement hears, for each signature, whether both opinions are the same */
    public UploadVerifier(Consumer<Boolean> agreement) {
        this.agreement = agreement;
    }

    /**
     * Verifies a body whose head is verified.
     *
     * @param seed for the forms that have signatures
     */
    public void verify(RequestHead head, byte[] body, Form form, Seed seed) throws UploadException {
        long length = announcedLength(head);
        Set<String> announced = announcedTrailers(head, form);
        Frames frames = Frames.parse(form, body);
        sizes(frames.chunks());
        if (form.isSigned()) {
            signatures(frames, form, List.of(new TextbookChain(seed), new SdkChain(seed)));
        }
        byte[] object = frames.object();
        if (object.length != length) {
            throw new UploadException(
                    Kind.INCOMPLETE,
                    "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header:"
                            + " it is " + length + ", and there are " + object.length + ".");
        }
        checksums(frames.trailers(), announced, object);
    }

    /** The object in a verified body: of the frames in S3's form, or the body itself. */
    public static byte[] object(RequestHead head, byte[] body) {
        Optional<Form> form = Form.of(head);
        try {
            return form.isPresent() ? Frames.parse(form.get(), body).object() : body;
        } catch (UploadException e) {
            throw new IllegalArgumentException("a body that was not verified", e);
        }
    }

    private static long announcedLength(RequestHead head) throws UploadException {
        List<String> lengths = head.all("x-amz-decoded-content-length");
        if (lengths.size() != 1 || !lengths.get(0).matches("0|[1-9][0-9]{0,14}")) {
            throw new UploadException(Kind.HEAD, "x-amz-decoded-content-length must be there once, and be a number.");
        }
        return Long.parseLong(lengths.get(0));
    }

    private static Set<String> announcedTrailers(RequestHead head, Form form) throws UploadException {
        Set<String> names = head.all("x-amz-trailer").stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        if (names.isEmpty() == form.hasTrailer()) {
            throw new UploadException(
                    Kind.HEAD, form.hasTrailer() ? "x-amz-trailer is missing." : "x-amz-trailer announces trailers.");
        }
        for (String name : names) {
            if (Checksum.named(name).isEmpty()) {
                throw new UploadException(
                        Kind.HEAD, "The value specified in the x-amz-trailer header is not supported");
            }
        }
        return names;
    }

    /** All but the last one with data. */
    private static void sizes(List<Frames.Chunk> chunks) throws UploadException {
        for (int i = 0; i < chunks.size() - 2; i++) {
            if (chunks.get(i).length() < MIN_CHUNK) {
                throw new UploadException(
                        Kind.CHUNK_SIZE,
                        "Only the last chunk is allowed to have a size less than 8192 bytes: chunk " + i + " has "
                                + chunks.get(i).length());
            }
        }
    }

    private void signatures(Frames frames, Form form, List<Chain> opinions) throws UploadException {
        int number = 0;
        for (Frames.Chunk chunk : frames.chunks()) {
            byte[] data = frames.data(chunk);
            signature(
                    opinions.stream().map(opinion -> opinion.chunk(data)).toList(),
                    chunk.signature(),
                    "chunk " + number++);
        }
        if (form.hasTrailer()) {
            signature(
                    opinions.stream()
                            .map(opinion -> opinion.trailers(frames.trailers()))
                            .toList(),
                    frames.trailerSignature(),
                    "the trailers");
        }
    }

    private void signature(List<String> expected, String provided, String what) throws UploadException {
        agreement.accept(expected.stream().distinct().count() == 1);
        if (!expected.stream().allMatch(provided::equals)) {
            throw new UploadException(
                    Kind.SIGNATURE,
                    "The request signature we calculated does not match the signature you provided. Check your key and"
                            + " signing method. It is that of " + what + ".");
        }
    }

    private static void checksums(List<Trailer> trailers, Set<String> announced, byte[] object) throws UploadException {
        Set<String> sent = trailers.stream().map(Trailer::name).collect(Collectors.toCollection(TreeSet::new));
        if (!sent.equals(announced)) {
            throw new UploadException(
                    Kind.TRAILER, "The trailers are " + sent + ", and x-amz-trailer announces " + announced + ".");
        }
        for (Trailer trailer : trailers) {
            Checksum checksum = Checksum.named(trailer.name()).orElseThrow();
            if (!checksum.of(object).equals(trailer.value())) {
                throw new UploadException(
                        Kind.DIGEST, "The " + checksum + " you specified did not match the calculated checksum.");
            }
        }
    }
}
