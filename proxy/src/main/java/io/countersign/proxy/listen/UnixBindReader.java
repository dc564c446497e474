package io.countersign.proxy.listen;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads where a Unix socket is to be, and who may connect to it. */
final class UnixBindReader {
    /** By bit, the highest first. */
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE
    };

    private static final String OWNER = "0600";
    private static final String OWNER_AND_GROUP = "0660";

    private UnixBindReader() {}

    /** Whether the listener's {@code bind} names a Unix socket. */
    static boolean isUnix(Section listener) {
        return listener.string("bind")
                .filter(text -> text.startsWith(Bind.Unix.SCHEME))
                .isPresent();
    }

    /** Empty after a fault. */
    static Optional<Bind> read(Section listener) {
        Setting bind = listener.text("bind").orElseThrow();
        Optional<Path> path = path(listener, bind.text().substring(Bind.Unix.SCHEME.length()), bind.quoted());
        Optional<String> group = listener.string("group");
        String text = listener.string("mode").orElse(group.isPresent() ? OWNER_AND_GROUP : OWNER);
        Optional<Set<PosixFilePermission>> mode = mode(listener, text);
        if (path.isEmpty() || mode.isEmpty()) {
            return Optional.empty();
        }
        if (group.isPresent() && !mode.get().contains(PosixFilePermission.GROUP_WRITE)) {
            listener.fault(
                    "mode",
                    "is " + text + ", which lets nobody of the group connect; write " + OWNER_AND_GROUP
                            + ", or leave out the group");
        }
        return Optional.of(new Bind.Unix(path.get(), mode.get(), group));
    }

    /** Of a TCP port, which has no file. */
    static void refuseFileSettings(Section listener) {
        for (String key : new String[] {"mode", "group"}) {
            if (listener.has(key)) {
                listener.fault(
                        key, "is a setting of Unix sockets, which are written as bind = \"unix:/path\"; remove it");
            }
        }
    }

    private static Optional<Path> path(Section listener, String text, String quoted) {
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            listener.fault("bind", quoted + " has no valid path: " + e.getReason());
            return Optional.empty();
        }
        if (!path.isAbsolute() || path.getFileName() == null) {
            listener.fault(
                    "bind",
                    quoted + " has no absolute path of a file; write one, such as unix:/run/countersign/http.sock");
            return Optional.empty();
        }
        int excess = SocketFile.excessBytes(path);
        if (excess > 0) {
            listener.fault(
                    "bind",
                    quoted + " is too long by " + excess + (excess == 1 ? " byte" : " bytes") + ": a system takes "
                            + SocketFile.MAX_BYTES + " bytes for the path of a Unix socket, and for that of the folder"
                            + " beside it in which it is made; write a shorter one");
            return Optional.empty();
        }
        return Optional.of(path);
    }

    private static Optional<Set<PosixFilePermission>> mode(Section listener, String text) {
        if (!text.matches("0?[0-7]{3}")) {
            listener.fault("mode", "\"" + text + "\" is not a file mode; write an octal number such as 0660");
            return Optional.empty();
        }
        int bits = Integer.parseInt(text, 8);
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < BITS.length; i++) {
            if ((bits & 1 << (BITS.length - 1 - i)) != 0) {
                mode.add(BITS[i]);
            }
        }
        if (!mode.contains(PosixFilePermission.OWNER_WRITE)
                && !mode.contains(PosixFilePermission.GROUP_WRITE)
                && !mode.contains(PosixFilePermission.OTHERS_WRITE)) {
            listener.fault(
                    "mode",
                    "is " + text + ", which lets nobody connect: that takes the right to write; write 0600 or 0660");
        }
        return Optional.of(mode);
    }
}
