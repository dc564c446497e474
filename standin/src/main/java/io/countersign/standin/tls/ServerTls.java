package io.countersign.standin.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Lays TLS 1.2 or 1.3 over accepted sockets.
 *
 * <p>The plain socket beneath stays with the caller: only through it can a connection be reset, or ended without close_notify.
 */
public final class ServerTls {
    private final SSLContext context;

    public ServerTls(Authority authority, Collection<String> names, Instant now)
            throws GeneralSecurityException, IOException {
        Authority.Leaf leaf = authority.issue(names, now);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        char[] noPassword = new char[0];
        keys.setKeyEntry("standin", leaf.key(), noPassword, leaf.chain().toArray(new X509Certificate[0]));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, noPassword);
        context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
    }

    /** The TLS side of {@code plain}; nothing is read or written before the handshake is started. */
    public SSLSocket over(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, false);
        socket.setUseClientMode(false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        // A client that insists on HTTP/2 learns so in the handshake, not by garbage after it.
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        return socket;
    }
}
