package io.countersign.proxy.listen;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** What a listener is bound to. */
public sealed interface Bind {
    /** Where, if it is a TCP port. */
    default Optional<HostPort> tcp() {
        return Optional.empty();
    }

    /** Whether other machines can reach it. */
    default boolean isOpen() {
        return false;
    }

    /** A TCP port. */
    record Tcp(HostPort address) implements Bind {
        @Override
        public Optional<HostPort> tcp() {
            return Optional.of(address);
        }

        @Override
        public boolean isOpen() {
            return !Hosts.isLoopback(address.host());
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * A Unix socket.
     *
     * @param path absolute
     * @param mode of the socket's file: who may write to it can connect
     * @param group of the socket's file, by name or number; empty: the one that the system gives it
     */
    record Unix(Path path, Set<PosixFilePermission> mode, Optional<String> group) implements Bind {
        /** What a path begins with. */
        static final String SCHEME = "unix:";

        public Unix {
            mode = Set.copyOf(mode);
        }

        /** Whether every user of the machine may connect, if the folder lets it through. */
        public boolean takesEverybody() {
            return mode.contains(PosixFilePermission.OTHERS_WRITE);
        }

        @Override
        public String toString() {
            return SCHEME + path;
        }
    }
}
