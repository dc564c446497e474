package io.countersign.standin.wire;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets through that many bytes, and then ends the connection in the way asked for. */
public final class CuttingOutput extends FilterOutputStream {
    private final Ending ending;
    private long left;

    public CuttingOutput(OutputStream out, long bytes, Ending ending) {
        super(out);
        this.left = bytes;
        this.ending = ending;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int allowed = (int) Math.min(left, length);
        out.write(bytes, offset, allowed);
        left -= allowed;
        if (left == 0) {
            // Also where the answer ends at this very byte: "at byte N" holds whether or not more would have come.
            out.flush();
            throw new CutException(ending);
        }
    }
}
