package io.countersign.proxy.caller;

import java.nio.file.attribute.UserPrincipal;

/**
 * The user who opened a connection to a Unix socket, as the kernel knows it.
 *
 * @param principal of the file system: two are equal if their numbers are, whatever their names. A user without an entry in
 *     {@code /etc/passwd}, as is usual in containers, has its number for a name
 */
public record UnixUser(UserPrincipal principal) {
    /** The name, or the number of a user without one. */
    public String name() {
        return principal.getName();
    }

    @Override
    public String toString() {
        return name();
    }
}
