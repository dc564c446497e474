package io.countersign.proxy.lists;

import io.countersign.proxy.access.ListText;
import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.state.StateFolder;
import io.countersign.proxy.state.StateFolder.StateFault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of fetched lists in the state folder, for a start while their source is away. Blocks.
 *
 * <p>A copy begins with lines of what is known of it, and an empty one. Its name is a digest of the list's, which may be a secret.
 */
public final class KeptCopies {
    private static final Logger LOG = LoggerFactory.getLogger(KeptCopies.class);
    private static final String FORMAT = "countersign-list 1";
    /** An empty line would end the head. */
    private static final String NO_TAG = "-";

    private static final int MAX_HEAD = 4 * 1024;
    private static final int MAX = (64 << 20) + MAX_HEAD;

    private final Optional<StateFolder> folder;

    /** @param folder empty: nothing is kept */
    public KeptCopies(Optional<StateFolder> folder) {
        this.folder = folder;
    }

    /** What was kept of a list; its entries are not counted yet. Empty when there is nothing, or nothing that can be used. */
    Optional<Copy> read(RemoteList list) {
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        try {
            return folder.get().file(name(list), MAX).read().flatMap(content -> parsed(list, content));
        } catch (StateFault e) {
            LOG.warn("list {}: its copy can't be used: {}", list, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Copy> parsed(RemoteList list, byte[] content) {
        int end = headEnd(content);
        String[] lines = new String(content, 0, Math.max(end, 0), StandardCharsets.UTF_8).split("\n", -1);
        try {
            if (end >= 0 && lines.length == 3 && lines[0].equals(FORMAT)) {
                Optional<String> tag = Optional.of(lines[2]).filter(text -> !text.equals(NO_TAG));
                ListText text = new ListText(content, end + 2);
                return Optional.of(new Copy(text, tag, 0, Instant.parse(lines[1])));
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        LOG.warn("list {}: its copy was not written by this program, and is not used", list);
        return Optional.empty();
    }

    private static int headEnd(byte[] content) {
        for (int i = 0; i + 1 < Math.min(content.length, MAX_HEAD); i++) {
            if (content[i] == '\n' && content[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    void write(RemoteList list, Copy copy) {
        if (folder.isEmpty()) {
            return;
        }
        byte[] head = (FORMAT + "\n" + copy.fetched() + "\n" + copy.tag().orElse(NO_TAG) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
        try {
            folder.get()
                    .file(name(list), MAX)
                    .replace(ByteBuffer.wrap(head), copy.text().content());
        } catch (StateFault e) {
            LOG.warn("list {}: no copy is kept: {}", list, e.getMessage());
        }
    }

    private static String name(RemoteList list) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(list.text().getBytes(StandardCharsets.UTF_8));
            return "list-" + HexFormat.of().formatHex(digest, 0, 12) + ".copy";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
