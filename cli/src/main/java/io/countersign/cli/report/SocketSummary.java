package io.countersign.cli.report;

import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Who may call by each Unix socket. */
public final class SocketSummary {
    private SocketSummary() {}

    /** A line for each. */
    public static List<String> lines(ProxyConfig config) {
        return sockets(config).stream().map(socket -> line(socket, config)).toList();
    }

    /** In the order of the configuration. */
    public static List<Bind.Unix> sockets(ProxyConfig config) {
        return config.listeners().stream()
                .map(ListenerConfig::bind)
                .filter(Bind.Unix.class::isInstance)
                .map(Bind.Unix.class::cast)
                .toList();
    }

    private static String line(Bind.Unix socket, ProxyConfig config) {
        boolean listed = !config.access().rules().users().allow().isEmpty();
        return "listener " + socket + ": its file lets connect (" + PosixFilePermissions.toString(socket.mode())
                + socket.group().map(group -> ", group " + group).orElse("") + "), and of these "
                + (listed ? "the users in access.allow-users" : "all") + " may call"
                + (config.access().rules().users().deny().isEmpty() ? "" : ", but those in access.deny-users");
    }
}
