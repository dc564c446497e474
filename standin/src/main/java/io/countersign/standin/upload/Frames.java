package io.countersign.standin.upload;

import io.countersign.standin.upload.UploadException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A body taken apart into its chunks and trailers. Strict: what S3 might read in another way is not read at all. */
final class Frames {
    private static final int MAX_LINE = 1024;

    private static final Pattern PLAIN = Pattern.compile("(0|[1-9a-fA-F][0-9a-fA-F]{0,6})()");
    private static final Pattern SIGNED =
            Pattern.compile("(0|[1-9a-fA-F][0-9a-fA-F]{0,6});chunk-signature=([0-9a-f]{64})");
    private static final Pattern TRAILER = Pattern.compile("([a-z0-9-]+):([!-~]+)");
    private static final Pattern TRAILER_SIGNATURE = Pattern.compile("x-amz-trailer-signature:([0-9a-f]{64})");

    /** @param signature empty where the form has none */
    record Chunk(int at, int length, String signature) {}

    private final Form form;
    private final byte[] body;
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Trailer> trailers = new ArrayList<>();
    private String trailerSignature = "";
    private int at;

    private Frames(Form form, byte[] body) {
        this.form = form;
        this.body = body;
    }

    static Frames parse(Form form, byte[] body) throws UploadException {
        Frames frames = new Frames(form, body);
        frames.readChunks();
        frames.readTrailers();
        if (frames.at != body.length) {
            throw new UploadException(
                    Kind.INCOMPLETE, (body.length - frames.at) + " bytes stand after the end of the frames.");
        }
        return frames;
    }

    /** With the empty one at the end. */
    List<Chunk> chunks() {
        return chunks;
    }

    byte[] data(Chunk chunk) {
        return Arrays.copyOfRange(body, chunk.at(), chunk.at() + chunk.length());
    }

    List<Trailer> trailers() {
        return trailers;
    }

    /** Empty where the form has none. */
    String trailerSignature() {
        return trailerSignature;
    }

    byte[] object() {
        byte[] object = new byte[chunks.stream().mapToInt(Chunk::length).sum()];
        int to = 0;
        for (Chunk chunk : chunks) {
            System.arraycopy(body, chunk.at(), object, to, chunk.length());
            to += chunk.length();
        }
        return object;
    }

    private void readChunks() throws UploadException {
        int length;
        do {
            String line = line(false);
            Matcher head = (form.isSigned() ? SIGNED : PLAIN).matcher(line);
            if (!head.matches()) {
                throw new UploadException(Kind.INCOMPLETE, "The head of chunk " + chunks.size() + " is malformed.");
            }
            length = Integer.parseInt(head.group(1), 16);
            if (length > body.length - at) {
                throw new UploadException(Kind.INCOMPLETE, "The request body terminated unexpectedly");
            }
            chunks.add(new Chunk(at, length, head.group(2)));
            at += length;
        } while (length > 0 && endsInLineEnd());
    }

    private boolean endsInLineEnd() throws UploadException {
        if (!line(false).isEmpty()) {
            throw new UploadException(Kind.INCOMPLETE, "The data of a chunk is longer than its head says.");
        }
        return true;
    }

    private void readTrailers() throws UploadException {
        Set<String> names = new HashSet<>();
        for (String line = line(true); !line.isEmpty(); line = line(true)) {
            Matcher signature = TRAILER_SIGNATURE.matcher(line);
            Matcher trailer = TRAILER.matcher(line);
            if (form == Form.SIGNED_TRAILER && trailerSignature.isEmpty() && signature.matches()) {
                trailerSignature = signature.group(1);
            } else if (form.hasTrailer()
                    && trailerSignature.isEmpty()
                    && trailer.matches()
                    && names.add(trailer.group(1))) {
                trailers.add(new Trailer(trailer.group(1), trailer.group(2)));
            } else {
                throw new UploadException(
                        Kind.TRAILER,
                        "The request contained trailing data that was not well-formed or did not conform to our published"
                                + " schema.");
            }
        }
    }

    /** The next line without its end. A trailer may end in a line feed before that: AWS's documentation and minio-go have it so. */
    private String line(boolean trailer) throws UploadException {
        for (int end = at; end + 1 < body.length && end - at <= MAX_LINE; end++) {
            if (body[end] == '\r' && body[end + 1] == '\n') {
                boolean feed = trailer && end > at && body[end - 1] == '\n';
                String line = new String(body, at, end - at - (feed ? 1 : 0), StandardCharsets.ISO_8859_1);
                at = end + 2;
                return line;
            }
        }
        throw new UploadException(Kind.INCOMPLETE, "The request body terminated unexpectedly");
    }
}
