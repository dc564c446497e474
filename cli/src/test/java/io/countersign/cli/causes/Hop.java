package io.countersign.cli.causes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A hop between proxy and upstream that meddles with the head of each request; plain before it, TLS behind it. */
final class Hop implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext tls;
    private final int upstream;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile UnaryOperator<String> meddling = UnaryOperator.identity();

    Hop(int upstream, String caPem) throws Exception {
        this.upstream = upstream;
        this.tls = trusting(caPem);
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** What is done to the head, line ends included, of every request from now on. */
    void meddle(UnaryOperator<String> change) {
        meddling = change;
    }

    private static SSLContext trusting(String caPem) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(caPem.getBytes(ISO_8859_1))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket near = server.accept();
            Socket far = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), upstream);
            open.add(near);
            open.add(far);
            start(() -> requests(near.getInputStream(), far.getOutputStream()));
            start(() -> far.getInputStream().transferTo(near.getOutputStream()));
        }
    }

    /** One after the other; every body here has a Content-Length, or there is none. */
    private void requests(InputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            head.write(octet);
            String text = head.toString(ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) {
                out.write(meddling.apply(text).getBytes(ISO_8859_1));
                out.write(in.readNBytes(length(text)));
                out.flush();
                head.reset();
            }
        }
    }

    private static int length(String head) {
        return head.lines()
                .map(line -> line.split(":", 2))
                .filter(field -> field[0].equalsIgnoreCase("content-length"))
                .mapToInt(field -> Integer.parseInt(field[1].strip()))
                .findFirst()
                .orElse(0);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // The test is over, or one side has hung up: the other side's test says what is missing.
                    }
                },
                "hop");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
