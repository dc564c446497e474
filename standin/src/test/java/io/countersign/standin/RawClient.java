package io.countersign.standin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A TLS connection to the stand-in that sends raw bytes and reads responses; every read has a deadline. */
final class RawClient implements Closeable {
    private static final int DEADLINE_MILLIS = 10_000;

    private final SSLSocket socket;
    private final InputStream in;
    private final ByteArrayOutputStream encrypted = new ByteArrayOutputStream();

    /** A response with its whole body. */
    static final class Response {
        private final int status;
        private final Map<String, String> headers;
        private final byte[] body;

        Response(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        int status() {
            return status;
        }

        Map<String, String> headers() {
            return headers;
        }

        byte[] body() {
            return body;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    RawClient(int port, String caPem) throws Exception {
        this(port, caPem, "localhost", "TLSv1.3");
    }

    RawClient(int port, String caPem, String name, String protocol) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        Socket plain = tapped();
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        plain.setSoTimeout(DEADLINE_MILLIS);
        socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        in = socket.getInputStream();
    }

    RawClient(StandIn standIn) throws Exception {
        this(standIn.port(), standIn.caPem());
    }

    /** A socket that notes what comes in below TLS. */
    private Socket tapped() {
        return new Socket() {
            @Override
            public InputStream getInputStream() throws IOException {
                return new FilterInputStream(super.getInputStream()) {
                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        int came = in.read(into, offset, length);
                        encrypted.write(into, offset, Math.max(0, came));
                        return came;
                    }
                };
            }
        };
    }

    /** The type of the last TLS record that came: 21 is an alert, though TLS 1.3 shows it as data. */
    int lastRecordType() {
        byte[] records = encrypted.toByteArray();
        int type = -1;
        for (int at = 0; at < records.length; at += 5 + (((records[at + 3] & 0xff) << 8) | (records[at + 4] & 0xff))) {
            type = records[at];
        }
        return type;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void send(String head) throws IOException {
        send(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    Response exchange(SignedRequest request) throws IOException {
        send(request.bytes());
        return read(request.method.equals("HEAD"));
    }

    Response read() throws IOException {
        return read(false);
    }

    private Response read(boolean noBody) throws IOException {
        String statusLine = line();
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].trim());
        }
        return new Response(status, headers, noBody || status == 204 || status < 200 ? new byte[0] : body(headers));
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.containsKey("content-length")) {
            int length = Integer.parseInt(headers.get("content-length"));
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("body is " + (length - body.length) + " bytes short");
            }
            return body;
        }
        if (!headers.containsKey("transfer-encoding")) {
            return in.readAllBytes();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.writeBytes(in.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("connection ended after '" + line + "'");
            }
            line.append((char) octet);
        }
        return line.substring(0, line.length() - 1);
    }

    byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    InputStream in() {
        return in;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
