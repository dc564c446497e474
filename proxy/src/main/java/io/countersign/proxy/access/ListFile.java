package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of a list.
 *
 * <p>Only the first {@value KeptComments#MAX} comments of a list are kept: a list of a million would take more for them than for its
 * entries. Another one is read back, in one small block, when it is to be shown.
 *
 * @param name as the operator wrote it; an included file's is relative as its includer's is
 * @param index where its lines are
 */
record ListFile(String name, Path path, LineIndex index) implements ListPart {
    private static final int READ = LineIndex.BLOCK + 1024;

    ListFile(String name, Path path) {
        this(name, path, new LineIndex());
    }

    /** Empty as well where the line is no longer that entry: the file may have been edited since it was read. */
    @Override
    public String comment(int line, Cidr entry) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(READ);
            file.position(index.startBefore(line));
            while (block.hasRemaining() && file.read(block) >= 0) {
                // Read on.
            }
            String text = LineComment.nth(line - index.lineBefore(line), block.array(), 0, block.position());
            return LineComment.of(text, entry);
        } catch (IOException e) {
            return "";
        }
    }
}
