package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of a list.
 *
 * <p>Comments are not kept: a list of a million would take more for them than for its entries. One is read back, in one small
 * block, when it is to be shown.
 *
 * @param name as the operator wrote it; an included file's is relative as its includer's is
 * @param index where its lines are
 */
record ListFile(String name, Path path, LineIndex index) {
    private static final int MAX_COMMENT = 200;
    private static final int READ = LineIndex.BLOCK + 1024;

    ListFile(String name, Path path) {
        this(name, path, new LineIndex());
    }

    /** As {@code deny.list:3}. */
    String place(int line) {
        return name + ":" + line;
    }

    /**
     * The comment on a line, without its mark and blanks; empty where it has none, or where the line is no longer that entry: the
     * file may have been edited since it was read.
     */
    String comment(int line, Cidr entry) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(READ);
            file.position(index.startBefore(line));
            while (block.hasRemaining() && file.read(block) >= 0) {
                // Read on.
            }
            return comment(nth(line - index.lineBefore(line), block.array(), block.position()), entry);
        } catch (IOException e) {
            return "";
        }
    }

    private static String nth(int skipped, byte[] block, int length) {
        int from = 0;
        for (int left = skipped; left > 0 && from < length; from++) {
            if (block[from] == '\n') {
                left--;
            }
        }
        int to = from;
        while (to < length && block[to] != '\n') {
            to++;
        }
        return new String(block, from, to - from, StandardCharsets.UTF_8);
    }

    private static String comment(String line, Cidr entry) {
        int mark = line.indexOf('#');
        if (mark < 0 || !isEntry(line.substring(0, mark).replace("\uFEFF", "").strip(), entry)) {
            return "";
        }
        String comment = line.substring(mark + 1).replaceAll("\\p{Cntrl}", " ").strip();
        return comment.length() > MAX_COMMENT ? comment.substring(0, MAX_COMMENT) + "..." : comment;
    }

    private static boolean isEntry(String text, Cidr entry) {
        try {
            return Cidr.parse(text).equals(entry);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
