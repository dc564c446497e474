package io.countersign.standin.wire;

import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer, written piece by piece. */
public interface Content {
    /** Length in bytes, or -1 where it is not known before the end. */
    long length();

    void writeTo(OutputStream out) throws IOException;

    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(bytes);
            }
        };
    }
}
