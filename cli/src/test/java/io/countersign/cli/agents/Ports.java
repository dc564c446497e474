package io.countersign.cli.agents;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of loopback that stay free while the process that listens on one is killed and started again.
 *
 * <p>They lie below the range from which Linux takes the ports of outgoing connections (32768 and up), so that no agent's
 * own connection takes one meanwhile.
 */
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int END = 32_000;

    private Ports() {}

    public static int free() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // another one, then
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + END);
    }
}
