package io.countersign.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Answers every request over TLS with 200; the stand-in is not in every place where the proxy is trained. */
final class TrainingUpstream implements AutoCloseable {
    private static final char[] PASSWORD = "training".toCharArray();
    private static final int BODY = 8;

    private final SSLServerSocket server;

    private TrainingUpstream(SSLServerSocket server) {
        this.server = server;
    }

    /** @param ca where to write the certificate */
    static TrainingUpstream start(Path keyStore, Path ca) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        byte[] certificate = keys.getCertificate("training").getEncoded();
        Files.writeString(
                ca,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                        + "\n-----END CERTIFICATE-----\n");
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 8, InetAddress.getLoopbackAddress());
        TrainingUpstream upstream = new TrainingUpstream(server);
        Thread accepting = new Thread(upstream::accept, "training-upstream");
        accepting.setDaemon(true);
        accepting.start();
        return upstream;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread serving = new Thread(() -> serve(socket), "training-connection");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (skipHead(in)) {
                in.skipNBytes(BODY);
                socket.getOutputStream().write(answer);
                socket.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // the proxy closed the connection
        }
    }

    private static boolean skipHead(InputStream in) throws IOException {
        int matched = 0; // of CR LF CR LF
        while (matched < 4) {
            int octet = in.read();
            if (octet < 0) {
                return false;
            }
            int expected = matched % 2 == 0 ? '\r' : '\n';
            matched = octet == expected ? matched + 1 : octet == '\r' ? 1 : 0;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
