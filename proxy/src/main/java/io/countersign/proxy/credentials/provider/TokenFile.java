package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A token in a file that somebody else rotates, read for each fetch. No message quotes what is in it. */
final class TokenFile {
    private static final int MAX = 64 * 1024;

    private TokenFile() {}

    /**
     * The token, without the white space around it.
     *
     * @param what the file is, as {@code container: token file /var/run/token}
     */
    static String read(Path file, String what) throws FetchFailure {
        byte[] read;
        try (InputStream in = Files.newInputStream(file)) {
            read = in.readNBytes(MAX + 1);
        } catch (IOException e) {
            throw new FetchFailure(what + " can't be read: " + Reason.of(e));
        }
        if (read.length > MAX) {
            throw new FetchFailure(what + " is longer than " + MAX + " bytes, which no token is");
        }
        return checked(new String(read, StandardCharsets.UTF_8).strip(), what);
    }

    /** A token goes into a header field as it is: a line break would begin another field. */
    static String checked(String token, String what) throws FetchFailure {
        if (token.isEmpty()) {
            throw new FetchFailure(what + " is empty");
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            // A token may be written with its scheme, as "Bearer abc".
            if (c < ' ' || c >= 0x7F) {
                throw new FetchFailure(
                        what + " holds U+%04X at position %d, which no token does".formatted((int) c, i));
            }
        }
        return token;
    }
}
