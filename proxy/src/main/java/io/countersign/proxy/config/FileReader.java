package io.countersign.proxy.config;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Reads the files of one load, and remembers each, found or not, as one to be watched. */
public final class FileReader {
    /** A list of three million addresses is smaller; what is larger is a mistake, or a device. */
    private static final long MAX_LIST = 64L << 20;

    /** Of a file that is read as a whole: a configuration, a key. A thousand routes take less. */
    private static final long MAX_TEXT = 1L << 20;

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
        String[] text = {null};
        boolean read =
                stream(file, where, MAX_TEXT, in -> text[0] = new String(in.readAllBytes(), StandardCharsets.UTF_8));
        return read ? Optional.of(text[0]) : Optional.empty();
    }

    void warn(String where, String what) {
        faults.warn(where, what);
    }

    /** Work on a file's bytes as they come. */
    public interface Work {
        void on(InputStream in) throws IOException;
    }

    /**
     * Hands over the bytes of a file that may be too long to be held; a fault and false when it cannot be read.
     *
     * @param where what refers to the file
     */
    boolean readList(Path file, String where, Work work) {
        return stream(file, where, MAX_LIST, work);
    }

    private boolean stream(Path file, String where, long max, Work work) {
        boolean named = !files.isEmpty(); // by another file, which the first one is not
        files.add(file.toAbsolutePath().normalize());
        try {
            if (!Files.exists(file)) {
                faults.add(
                        where,
                        "there is no file " + file + "; create it, or correct the path"
                                + (named ? " (it is relative to the folder of the file that names it)" : ""));
            } else if (!Files.isRegularFile(file)) {
                faults.add(where, file + " is not a regular file; name one that can be read again and again");
            } else if (Files.size(file) > max) {
                faults.add(
                        where,
                        file + " has " + Files.size(file) + " bytes, and at most " + max
                                + " are read; shorten it, or name another file");
            } else {
                // It may grow while it is read: the watcher sees to that, and nothing more than the size is read here.
                try (InputStream in = Files.newInputStream(file)) {
                    work.on(new Bounded(in, max));
                }
                return true;
            }
        } catch (IOException e) {
            faults.add(where, file + " can't be read (" + reason(e) + "); give the proxy's user permission to read it");
        }
        return false;
    }

    /** A stream that ends after so many bytes, whatever there is. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long max) {
            super(in);
            left = max;
        }

        @Override
        public int read() throws IOException {
            int next = left > 0 ? in.read() : -1;
            left--;
            return next;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = left > 0 ? in.read(into, from, (int) Math.min(length, left)) : -1;
            left -= Math.max(count, 0);
            return count;
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "");
    }

    /** Absolute paths, symbolic links not followed: which file a link leads to may be just what changes. */
    Set<Path> files() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(files));
    }
}
