package io.countersign.gateway.calls.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The folder with the files of the log. One process writes, any number reads at the same time: a file that is compressed takes the place of
 * the plain one only once it is whole, so whatever a kill leaves behind can be read.
 */
public final class CallFiles {
    private static final String UNFINISHED = ".unfinished";
    private static final int BLOCK = 64 * 1024;
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    /** @param folder which need not exist */
    public CallFiles(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** Those that there are, the newest first. */
    List<CallFile> newestFirst() throws IOException {
        Set<CallFile> files = new TreeSet<>(Comparator.reverseOrder());
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path each : all) {
                CallFile.named(each.getFileName().toString()).ifPresent(files::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return List.copyOf(files);
    }

    /** What is in it, unpacked; empty where it has been deleted meanwhile. */
    Optional<InputStream> read(CallFile file) throws IOException {
        // Where there are both, the packed one has just taken the place of the other, or is about to.
        Optional<InputStream> plain = open(file.plain());
        if (plain.isPresent()) {
            return plain;
        }
        Optional<InputStream> packed = open(file.packed());
        if (packed.isEmpty()) {
            return packed;
        }
        try {
            return Optional.of(new GZIPInputStream(packed.get(), BLOCK));
        } catch (IOException e) {
            packed.get().close();
            throw e;
        }
    }

    private Optional<InputStream> open(String name) throws IOException {
        try {
            return Optional.of(Files.newInputStream(folder.resolve(name), LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Opens a file to add to it. */
    static OutputStream append(Path file) throws IOException {
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND,
                LinkOption.NOFOLLOW_LINKS);
        return Channels.newOutputStream(FileChannel.open(file, options, FILE_MODE));
    }

    /**
     * Compresses all but the one that is written to.
     *
     * @param active asked again for each, since another file may have been begun meanwhile
     */
    void pack(Supplier<String> active) throws IOException {
        for (CallFile file : newestFirst()) {
            Path plain = folder.resolve(file.plain());
            if (!file.plain().equals(active.get()) && Files.exists(plain, LinkOption.NOFOLLOW_LINKS)) {
                pack(plain, folder.resolve(file.packed()));
            }
        }
    }

    private void pack(Path plain, Path packed) throws IOException {
        if (size(plain.getFileName().toString()) > 0) {
            Path unfinished = folder.resolve(packed.getFileName() + UNFINISHED);
            // What a process left that was killed.
            Files.deleteIfExists(unfinished);
            try (OutputStream out = new Packing(append(unfinished))) {
                Files.copy(plain, out);
            }
            Files.move(unfinished, packed, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        // It may have been deleted meanwhile, to make room.
        Files.deleteIfExists(plain);
    }

    /** Fast rather than small: it costs a third of the time, and a quarter more of the disk. */
    private static final class Packing extends GZIPOutputStream {
        Packing(OutputStream out) throws IOException {
            super(out, BLOCK);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /**
     * Deletes the oldest until what is left is within its bounds.
     *
     * @param active stays in any case
     * @return bytes of what is left
     */
    long tidy(Supplier<String> active, Instant now, CallsBounds bounds) throws IOException {
        long bytes = 0;
        for (CallFile file : newestFirst()) {
            long size = size(file.plain()) + size(file.packed());
            boolean stays = bytes + size <= bounds.restBytes()
                    && file.end().plus(bounds.maxAge()).isAfter(now);
            if (stays || file.plain().equals(active.get())) {
                bytes += size;
            } else {
                Files.deleteIfExists(folder.resolve(file.plain()));
                Files.deleteIfExists(folder.resolve(file.packed()));
            }
        }
        return bytes;
    }

    private long size(String name) throws IOException {
        try {
            return Files.size(folder.resolve(name));
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
