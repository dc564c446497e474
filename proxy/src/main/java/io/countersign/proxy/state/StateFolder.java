package io.countersign.proxy.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The one folder that the process writes to: its own, for its user alone, and locked against a second process. Files in it have
 * a bounded size and are replaced whole: after a crash there is the old content or the new, never a part of it. A {@link StateLog} is
 * added to instead. Blocks; safe from any thread, as long as each file has one writer at a time.
 */
public final class StateFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}(\\.[a-z0-9]{1,16})?");

    /** Beside the file that it is to replace, so that the move stays within one file system. */
    private static final String UNFINISHED = ".unfinished";

    private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final FileChannel lock;

    private StateFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** A folder or file cannot be used as it is; the message says why, and what would be right. */
    public static final class StateFault extends Exception {
        private StateFault(String message) {
            super(message);
        }
    }

    /**
     * Takes the folder, and creates it where there is none; the folder above must exist. Once in a process: POSIX locks belong to
     * the process, so the end of a second opening would release the first one's.
     *
     * @throws StateFault when it cannot be written to, or another process has it
     */
    public static StateFolder open(Path folder) throws StateFault {
        try {
            Files.createDirectory(folder, FOLDER_MODE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new StateFault(folder + " is not a folder");
            }
        } catch (NoSuchFileException e) {
            throw new StateFault(folder.toAbsolutePath().getParent() + " does not exist; create it first");
        } catch (IOException e) {
            throw new StateFault("cannot create " + folder + ": " + reason(e));
        }
        FileChannel lock;
        try {
            lock = FileChannel.open(
                    folder.resolve(LOCK),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                    FILE_MODE);
        } catch (IOException e) {
            throw new StateFault("cannot write to " + folder + ": " + reason(e)
                    + "; it must belong to the user that runs the process, on a disk that is not read-only");
        }
        try {
            if (lock.tryLock() != null) {
                return new StateFolder(folder, lock);
            }
        } catch (IOException e) {
            closeQuietly(lock);
            throw new StateFault("cannot lock " + folder + ": " + reason(e) + "; its file system must support locks");
        }
        closeQuietly(lock);
        throw new StateFault(folder + " is in use by another process; give each process a folder of its own");
    }

    /**
     * A file of the folder, which need not exist yet.
     *
     * @param name a plain name in lower case, such as {@code counters.json}
     * @param maxBytes largest content
     */
    public StateFile file(String name, int maxBytes) {
        if (!NAME.matcher(name).matches() || name.equals(LOCK)) {
            throw new IllegalArgumentException("not a name for a state file: " + name);
        }
        return new StateFile(folder.resolve(name), maxBytes);
    }

    /**
     * Lines that are only added to.
     *
     * @param name a plain name in lower case, without an ending
     * @param maxBytes of one file; whoever reads the newest lines holds one file at a time
     * @param kept how many full files stay besides the one that is written to
     */
    public StateLog log(String name, int maxBytes, int kept) {
        if (!NAME.matcher(name).matches() || name.indexOf('.') >= 0 || kept < 1) {
            throw new IllegalArgumentException("not a name for a log: " + name);
        }
        return new StateLog(folder, name, maxBytes, kept, FILE_MODE);
    }

    /**
     * A folder within it, for its user alone, and created where there is none: for somebody who keeps many files, and sees to it that they do
     * not become too many.
     *
     * @param name a plain name in lower case, without an ending
     */
    public Path folder(String name) throws StateFault {
        if (!NAME.matcher(name).matches() || name.indexOf('.') >= 0 || name.equals(LOCK)) {
            throw new IllegalArgumentException("not a name for a folder: " + name);
        }
        Path inner = folder.resolve(name);
        try {
            Files.createDirectory(inner, FOLDER_MODE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(inner, LinkOption.NOFOLLOW_LINKS)) {
                throw new StateFault(inner + " is not a folder");
            }
        } catch (IOException e) {
            throw new StateFault("cannot create " + inner + ": " + reason(e));
        }
        return inner;
    }

    /** Another process may take the folder now. */
    @Override
    public void close() {
        closeQuietly(lock);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock is gone with the descriptor, whatever else went wrong.
        }
    }

    /** Without the path, which the message has already. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException fault ? fault.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    /** One file of the folder. */
    public static final class StateFile {
        private final Path path;
        private final int maxBytes;

        private StateFile(Path path, int maxBytes) {
            this.path = path;
            this.maxBytes = maxBytes;
        }

        /**
         * The content; empty when there is none yet.
         *
         * @throws StateFault when it cannot be read, or is larger than it may be
         */
        public Optional<byte[]> read() throws StateFault {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                long size = file.size();
                if (size > maxBytes) {
                    throw new StateFault(path + " has " + size + " bytes and may have " + maxBytes
                            + ": it was not written by this process; remove it");
                }
                ByteBuffer content = ByteBuffer.allocate((int) size);
                while (content.hasRemaining() && file.read(content) >= 0) {
                    // Until all of it is there.
                }
                return Optional.of(content.array());
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (IOException e) {
                throw new StateFault("cannot read " + path + ": " + reason(e));
            }
        }

        /**
         * Replaces the content; on the disk when this returns.
         *
         * @throws StateFault when it cannot be written; the old content stays
         * @throws IllegalArgumentException when it is larger than it may be
         */
        public void replace(byte[] content) throws StateFault {
            replace(ByteBuffer.wrap(content));
        }

        /** The same, of content that is in several pieces. */
        public void replace(ByteBuffer... pieces) throws StateFault {
            long size = Arrays.stream(pieces).mapToLong(ByteBuffer::remaining).sum();
            if (size > maxBytes) {
                throw new IllegalArgumentException(path + ": " + size + " bytes, of at most " + maxBytes);
            }
            Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
            try {
                Files.deleteIfExists(unfinished); // of a process that was killed
                try (FileChannel file = FileChannel.open(
                        unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE)) {
                    for (ByteBuffer left : pieces) {
                        while (left.hasRemaining()) {
                            file.write(left);
                        }
                    }
                    file.force(true);
                }
                Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
                // The move too is to outlive a crash of the machine.
                try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
                    folder.force(true);
                }
            } catch (IOException e) {
                throw new StateFault("cannot write " + path + ": " + reason(e));
            }
        }
    }
}
