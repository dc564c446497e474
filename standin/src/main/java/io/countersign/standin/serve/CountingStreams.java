package io.countersign.standin.serve;

import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.Counters;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The plaintext bytes of a connection, counted as they pass. */
final class CountingStreams {
    private CountingStreams() {}

    static InputStream in(InputStream source, Counters counters) {
        return new FilterInputStream(source) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int came = in.read(into, offset, length);
                counters.add(Counter.BYTES_IN, Math.max(0, came));
                return came;
            }
        };
    }

    static OutputStream out(OutputStream target, Counters counters) {
        return new FilterOutputStream(target) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                counters.add(Counter.BYTES_OUT, length);
            }
        };
    }
}
