package io.countersign.cli.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens the TCP or TLS connection that a URL asks for; what goes wrong is said for the person who typed it. */
public final class Connection {
    static final int TIMEOUT_SECONDS = 60;
    private static final int TIMEOUT_MILLIS = TIMEOUT_SECONDS * 1000;

    private Connection() {}

    /** @param origin scheme and authority */
    public static Socket open(String origin, Authorities authorities) throws IOException {
        URI uri = URI.create(origin);
        boolean tls = uri.getScheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        String literal = uri.getHost();
        if (literal == null) {
            throw new IOException("'" + origin + "' has no host name that can be looked up");
        }
        String host = literal.startsWith("[") ? literal.substring(1, literal.length() - 1) : literal;
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            connect(plain, host, port);
            return tls ? handshake(plain, host, port, authorities) : plain;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static void connect(Socket socket, String host, int port) throws IOException {
        try {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
        } catch (UnknownHostException e) {
            throw new IOException("the name " + host + " resolves to no address: check it, and this machine's DNS", e);
        } catch (SocketTimeoutException e) {
            throw new IOException(host + ":" + port + " took no connection within " + TIMEOUT_SECONDS + " s", e);
        } catch (IOException e) {
            throw new IOException(host + ":" + port + " takes no connection: " + e.getMessage(), e);
        }
    }

    private static Socket handshake(Socket plain, String host, int port, Authorities authorities) throws IOException {
        try {
            SSLSocket secure =
                    (SSLSocket) authorities.context().getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // else no name is checked
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        } catch (SSLException e) {
            throw new IOException(words(e, host, port), e);
        } catch (SocketTimeoutException e) {
            throw new IOException(host + ":" + port + " did not answer by TLS within " + TIMEOUT_SECONDS + " s", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this JDK has no TLS: " + e.getMessage(), e);
        }
    }

    private static String words(SSLException thrown, String host, int port) {
        String certificate = "the certificate of " + host + " ";
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return certificate + "has expired (" + cause.getMessage() + ")";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return certificate + "is not good yet (" + cause.getMessage() + "); is this machine's clock right?";
            }
            if (cause instanceof CertPathBuilderException) {
                return certificate + "is of an authority that is not trusted; trust it with --cacert FILE";
            }
            if (cause instanceof CertificateException && cause.getCause() == null) {
                return certificate + "is not for that name: " + cause.getMessage();
            }
        }
        String message = String.valueOf(thrown.getMessage());
        return message.contains("unrecognized SSL message") || message.contains("plaintext connection")
                ? host + ":" + port + " does not speak TLS; is the URL http://?"
                : "TLS with " + host + ":" + port + " fails: " + message;
    }
}
