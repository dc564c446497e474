package io.countersign.proxy.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Opens the files of lists. */
@FunctionalInterface
public interface ListFiles {
    /** Reads a file; <em>borrows</em> the stream. */
    @FunctionalInterface
    interface Reader {
        void read(InputStream in) throws IOException;
    }

    /**
     * Hands over what the file holds, or reports why it can't be read.
     *
     * @param where what names the file
     */
    void open(Path file, String where, Reader reader);
}
