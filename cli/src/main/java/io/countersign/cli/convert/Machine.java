package io.countersign.cli.convert;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What a conversion asks of the machine that it runs on.
 *
 * @param hostName empty where it is not known
 * @param addresses its own, without loopback and zones
 * @param ipv6 whether sockets can listen on IPv6
 */
public record Machine(String hostName, List<String> addresses, boolean ipv6) {

    /** For a configuration that is to run elsewhere. */
    public static final Machine ELSEWHERE = new Machine("", List.of(), false);

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    public Machine {
        addresses = List.copyOf(addresses);
    }

    /** The one that we run on. */
    public static Machine here() {
        try {
            List<InetAddress> all = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .flatMap(each -> Collections.list(each.getInetAddresses()).stream())
                    .toList();
            List<String> own = all.stream()
                    .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                    .map(each -> each.getHostAddress().replaceFirst("%.*", ""))
                    .distinct()
                    .toList();
            boolean ipv6 = all.stream().anyMatch(each -> each.getAddress().length == 16);
            return new Machine(name(), own, ipv6);
        } catch (SocketException e) {
            return new Machine(name(), List.of(), false);
        }
    }

    /** The kernel's, since to ask for it by address may wait for a name server. */
    private static String name() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("");
        }
    }
}
