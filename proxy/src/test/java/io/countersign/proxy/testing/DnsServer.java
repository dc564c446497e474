package io.countersign.proxy.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A DNS server on loopback, by UDP and TCP, that says of each name what the test wants (RFC 1035). */
public final class DnsServer implements AutoCloseable {
    public static final int SERVFAIL = 2;
    public static final int NXDOMAIN = 3;

    private static final int A = 1;
    private static final int AAAA = 28;

    private enum Way {
        PLAIN,
        /** By UDP it says only that there is more (TC). */
        TRUNCATED,
        NEVER
    }

    private record Answer(Way way, int rcode, int ttl, List<InetAddress> addresses) {}

    private static final Answer UNKNOWN = new Answer(Way.PLAIN, NXDOMAIN, 0, List.of());

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    public DnsServer() {
        try {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            tcp = new ServerSocket(0, 50, loopback);
            udp = new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("dns udp", this::serveUdp);
        daemon("dns tcp", this::serveTcp);
    }

    /** As {@code names.servers} has it. */
    public String address() {
        return "127.0.0.1:" + tcp.getLocalPort();
    }

    /** From now on the name has these addresses, which may not be kept. */
    public DnsServer answer(String name, String... addresses) {
        return answer(name, Way.PLAIN, addresses);
    }

    /** The same, by UDP only after a word that it does not fit. */
    public DnsServer answerTruncated(String name, String... addresses) {
        return answer(name, Way.TRUNCATED, addresses);
    }

    private DnsServer answer(String name, Way way, String... addresses) {
        List<InetAddress> all = Stream.of(addresses)
                .map(each -> {
                    try {
                        return InetAddress.getByName(each);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
        answers.put(name, new Answer(way, 0, 0, all));
        return this;
    }

    public DnsServer fail(String name, int rcode) {
        answers.put(name, new Answer(Way.PLAIN, rcode, 0, List.of()));
        return this;
    }

    /** From now on it says nothing when it is asked for the name. */
    public DnsServer silence(String name) {
        answers.put(name, new Answer(Way.NEVER, 0, 0, List.of()));
        return this;
    }

    /** All that it was asked, such as {@code udp A api.localhost}. */
    public List<String> questions() {
        return List.copyOf(questions);
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                byte[] reply = reply("udp", ByteBuffer.wrap(buffer, 0, packet.getLength()));
                if (reply.length > 0) {
                    udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // Closed, or whoever asked has gone.
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] question = new byte[in.readUnsignedShort()];
                in.readFully(question);
                byte[] reply = reply("tcp", ByteBuffer.wrap(question));
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeShort(reply.length);
                out.write(reply);
                out.flush();
                in.read();
            } catch (IOException e) {
                // Closed, or whoever asked has gone.
            }
        }
    }

    /** Empty: none. */
    private byte[] reply(String protocol, ByteBuffer message) throws IOException {
        int id = message.getShort();
        message.position(12);
        StringBuilder name = new StringBuilder();
        for (int length = message.get(); length > 0; length = message.get()) {
            byte[] label = new byte[length];
            message.get(label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
        }
        int type = message.getShort();
        message.getShort();
        byte[] question = new byte[message.position() - 12];
        message.get(12, question);
        String of = type == A ? "A" : type == AAAA ? "AAAA" : String.valueOf(type);
        questions.add(protocol + " " + of + " " + name);
        Answer answer = answers.getOrDefault(name.toString(), UNKNOWN);
        if (answer.way() == Way.NEVER) {
            return new byte[0];
        }
        boolean cut = answer.way() == Way.TRUNCATED && protocol.equals("udp");
        List<InetAddress> records = answer.addresses().stream()
                .filter(each -> !cut && each.getAddress().length == (type == A ? 4 : type == AAAA ? 16 : 0))
                .toList();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(id);
        // A response, recursion wanted and available.
        out.writeShort(0x8180 | (cut ? 0x0200 : 0) | answer.rcode());
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeInt(0);
        out.write(question);
        for (InetAddress each : records) {
            // The name is that of the question.
            out.writeShort(0xc00c);
            out.writeShort(type);
            out.writeShort(1);
            out.writeInt(answer.ttl());
            out.writeShort(each.getAddress().length);
            out.write(each.getAddress());
        }
        return bytes.toByteArray();
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
