package io.countersign.proxy.listen;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/**
 * The file of a Unix socket, from before it is bound until its end.
 *
 * <p>The socket is bound in a folder that no other user can enter, given its mode and group there, and then renamed to where clients look
 * for it: nobody can connect before the mode holds. A socket that is there already is replaced if nobody listens on it any more, as after
 * a crash. The file is removed at the end, unless it is another process's by then.
 */
final class SocketFile {
    /** Of Linux: {@code sun_path} has 108 bytes, the last of which is a zero. */
    static final int MAX_BYTES = 107;

    private static final String FOLDER = ".cs";
    private static final int RANDOM_CHARACTERS = 6;
    private static final String SOCKET = "s";

    private static final FileAttribute<Set<PosixFilePermission>> FOR_US_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final int TYPE = 0xf000;
    private static final int TYPE_SOCKET = 0xc000;

    private final Bind.Unix bind;
    private final Path folder;
    private final Optional<Object> stale;
    private Optional<Object> identity = Optional.empty();

    private SocketFile(Bind.Unix bind, Path folder, Optional<Object> stale) {
        this.bind = bind;
        this.folder = folder;
        this.stale = stale;
    }

    /** How many bytes too long the path is, or that under which it is bound at first; 0 or less if it fits. */
    static int excessBytes(Path path) {
        int parent = bytes(path.getParent());
        int first = (parent == 1 ? 0 : parent) + 1 + FOLDER.length() + RANDOM_CHARACTERS + 1 + SOCKET.length();
        return Math.max(bytes(path), first) - MAX_BYTES;
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Makes sure that the place is free, and prepares the folder to bind in.
     *
     * @throws IOException whose message says what is wrong and what would be right
     */
    static SocketFile prepare(Bind.Unix bind) throws IOException {
        Optional<Object> stale = requireFree(bind.path());
        Path parent = bind.path().getParent();
        String name = Long.toString(new SecureRandom().nextLong() & Long.MAX_VALUE, Character.MAX_RADIX);
        Path folder = parent.resolve(FOLDER + ("0".repeat(RANDOM_CHARACTERS) + name).substring(name.length()));
        try {
            return new SocketFile(bind, Files.createDirectory(folder, FOR_US_ALONE), stale);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "there is no folder " + parent + "; create it, for the user that Countersign runs as", e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "the folder " + parent + " may not be written to; give it to the user that Countersign runs as", e);
        } catch (FileSystemException e) {
            throw new IOException("the folder " + parent + " can't be written to: " + reason(e), e);
        }
    }

    /** Returns the identity of a socket that nobody listens on any more; empty when nothing is there. */
    private static Optional<Object> requireFree(Path path) throws IOException {
        Optional<Object> there;
        int mode;
        try {
            there = identity(path);
            if (there.isEmpty()) {
                return there;
            }
            mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            throw new IOException("it can't be found out what is there: " + reason(e), e);
        }
        if ((mode & TYPE) != TYPE_SOCKET) {
            throw new IOException("something is there that is not a socket; remove it, or write another path");
        }
        // Without blocking: it would wait for room in the queue of a listener that accepts nobody.
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            return there;
        } catch (IOException e) {
            throw new IOException(
                    "a socket is there, and it can't be found out whether a program listens on it (" + e.getMessage()
                            + "); end that program, or write another path",
                    e);
        }
        throw new IOException("another program, or another Countersign, listens there; write another path");
    }

    /** Where to bind the socket. */
    UnixDomainSocketAddress unpublished() {
        return UnixDomainSocketAddress.of(folder.resolve(SOCKET));
    }

    /**
     * Gives the socket, which is bound, its mode and its group, and puts it where clients look for it.
     *
     * @throws IOException whose message says what is wrong and what would be right
     */
    void publish() throws IOException {
        Path socket = folder.resolve(SOCKET);
        PosixFileAttributeView view =
                Files.getFileAttributeView(socket, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (bind.group().isPresent()) {
            // Before the mode: what the file's first group is does not get its rights for a moment.
            setGroup(view, bind.group().get());
        }
        Files.setPosixFilePermissions(socket, bind.mode());
        identity = identity(socket);
        if (!identity(bind.path()).equals(stale)) {
            throw new IOException("another program, or another Countersign, has begun to listen there just now");
        }
        try {
            Files.move(socket, bind.path(), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw new IOException("the socket that was there can't be replaced: " + reason(e), e);
        }
        Files.deleteIfExists(folder);
    }

    private static GroupPrincipal lookup(String name) throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
    }

    private static void setGroup(PosixFileAttributeView view, String name) throws IOException {
        GroupPrincipal group;
        try {
            group = lookup(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException(
                    "\"" + name + "\" is not a group of this system; write a name from /etc/group, or its number", e);
        }
        try {
            view.setGroup(group);
        } catch (FileSystemException e) {
            throw new IOException(
                    "the socket can't be given to the group " + name + " (" + reason(e)
                            + "): only root and members of a group can do so",
                    e);
        }
    }

    /** Removes what is still there of the socket, and is ours. */
    void remove() {
        try {
            if (identity.isPresent() && identity.equals(identity(bind.path()))) {
                Files.deleteIfExists(bind.path());
            }
            Files.deleteIfExists(folder.resolve(SOCKET));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // It stays behind as after a crash, and is replaced by whoever listens there next.
        }
    }

    /** The device and the number of the file on it; empty where there is none. */
    private static Optional<Object> identity(Path path) throws IOException {
        try {
            return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String reason(FileSystemException e) {
        return e.getReason() != null
                ? e.getReason()
                : e instanceof AccessDeniedException
                        ? "Permission denied"
                        : e.getClass().getSimpleName();
    }
}
