package io.countersign.proxy.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** PROXY headers of both versions, as load balancers send them and as nobody should. */
public final class ProxyHeaders {
    public static final int LOCAL = 0x20;
    public static final int PROXY = 0x21;
    public static final int UNSPECIFIED = 0x00;
    public static final int TCP4 = 0x11;
    public static final int UDP4 = 0x12;
    public static final int TCP6 = 0x21;
    public static final int UNIX = 0x31;

    private ProxyHeaders() {}

    /** Of version 1. */
    public static byte[] line(String rest) {
        return ("PROXY " + rest + "\r\n").getBytes(ISO_8859_1);
    }

    /** Of version 2: source and destination are the same, which nobody looks at, and the ports are 1000 and 443. */
    public static byte[] of(String source, byte[]... values) {
        try {
            byte[] address = InetAddress.getByName(source).getAddress();
            byte[] addresses = ByteBuffer.allocate(2 * address.length + 4)
                    .put(address)
                    .put(address)
                    .putShort((short) 1000)
                    .putShort((short) 443)
                    .array();
            return binary(PROXY, address.length == 4 ? TCP4 : TCP6, join(addresses, join(values)));
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Of version 2, whatever follows the length. */
    public static byte[] binary(int command, int family, byte[] rest) {
        return join(
                signature(),
                new byte[] {(byte) command, (byte) family, (byte) (rest.length >> 8), (byte) rest.length},
                rest);
    }

    public static byte[] signature() {
        return "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);
    }

    /** A type, a length and a value. */
    public static byte[] value(int type, byte[] content) {
        return join(new byte[] {(byte) type, (byte) (content.length >> 8), (byte) content.length}, content);
    }

    /** What a Network Load Balancer says of the VPC endpoint that a connection came through. */
    public static byte[] vpcEndpoint(String id) {
        return value(0xea, join(new byte[] {1}, id.getBytes(ISO_8859_1)));
    }

    /** Values about a client's certificate, around others. */
    public static byte[] tls(byte[]... inner) {
        return value(0x20, join(new byte[] {1, 0, 0, 0, 0}, join(inner)));
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part, 0, part.length);
        }
        return all.toByteArray();
    }
}
