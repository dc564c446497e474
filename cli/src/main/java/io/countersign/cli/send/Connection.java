package io.countersign.cli.send;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Opens the TCP or TLS connection that an URL asks for. */
public final class Connection {
    private static final int TIMEOUT_MILLIS = 60_000;

    private Connection() {}

    /**
     * @param origin scheme and authority
     * @param authorities PEM file that is trusted in the place of the JDK's own
     */
    public static Socket open(String origin, Optional<Path> authorities) throws IOException {
        URI uri = URI.create(origin);
        boolean tls = uri.getScheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        String literal = uri.getHost();
        String host = literal.startsWith("[") ? literal.substring(1, literal.length() - 1) : literal;
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            return tls ? handshake(plain, host, port, authorities) : plain;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket handshake(Socket plain, String host, int port, Optional<Path> authorities)
            throws IOException {
        SSLSocket secure = (SSLSocket) context(authorities).getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // else no name is checked
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static SSLContext context(Optional<Path> authorities) throws IOException {
        try {
            if (authorities.isEmpty()) {
                return SSLContext.getDefault();
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            try (InputStream pem = Files.newInputStream(authorities.get())) {
                for (Certificate authority :
                        CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    trusted.setCertificateEntry("authority-" + trusted.size(), authority);
                }
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the authorities: " + e.getMessage(), e);
        }
    }
}
