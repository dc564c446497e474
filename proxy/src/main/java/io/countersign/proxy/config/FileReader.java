package io.countersign.proxy.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Reads the files of one load, and remembers each, found or not, as one to be watched. */
final class FileReader {
    /** A list of two million networks is smaller; what is larger is a mistake, or a device. */
    private static final long LARGEST = 64L << 20;

    private final Set<Path> files = new LinkedHashSet<>();
    private final Faults faults;

    FileReader(Faults faults) {
        this.faults = faults;
    }

    /**
     * The file's text; a fault and empty when it cannot be had.
     *
     * @param where what refers to the file
     */
    Optional<String> read(Path file, String where) {
        files.add(file.toAbsolutePath().normalize());
        try {
            if (!Files.exists(file)) {
                faults.add(where, "there is no file " + file + "; create it, or correct the path (it is relative to the"
                        + " folder of the file that names it)");
            } else if (!Files.isRegularFile(file)) {
                faults.add(where, file + " is not a regular file; name one that can be read again and again");
            } else if (Files.size(file) > LARGEST) {
                faults.add(where, file + " has " + Files.size(file) + " octets; at most " + LARGEST + " are read");
            } else {
                return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            faults.add(where, file + " cannot be read (" + reason(e) + "); let the proxy's user read it");
        }
        return Optional.empty();
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "");
    }

    /** Absolute paths, symbolic links not followed: which file a link leads to may be just what changes. */
    Set<Path> files() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(files));
    }
}
