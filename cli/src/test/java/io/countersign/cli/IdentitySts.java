package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An STS on loopback that knows one caller, by a clock of its own. */
final class IdentitySts implements AutoCloseable {
    private static final String KNOWN = """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <GetCallerIdentityResult>
                <Arn>arn:aws:iam::111122223333:user/agent</Arn><UserId>AIDA</UserId><Account>111122223333</Account>
              </GetCallerIdentityResult>
              <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
            </GetCallerIdentityResponse>""";
    private static final String UNKNOWN = """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>
              <Message>The security token included in the request is invalid. canary-secret</Message></Error>
              <RequestId>r</RequestId>
            </ErrorResponse>""";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    volatile Duration ahead = Duration.ZERO;
    volatile boolean refuses;

    IdentitySts() throws IOException {
        Thread thread = new Thread(this::serve, "identity-sts");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                answer(socket);
            } catch (IOException e) {
                // The test is over, or the caller hung up.
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        int length = 0;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            String lower = line.toLowerCase(java.util.Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            } else if (lower.startsWith("authorization:")) {
                authorizations.add(line);
            }
        }
        for (int i = 0; i < length; i++) {
            in.read();
        }
        String body = refuses ? UNKNOWN : KNOWN;
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plus(ahead).atZone(ZoneOffset.UTC));
        String head = "HTTP/1.1 " + (refuses ? "403 Forbidden" : "200 OK") + "\r\nDate: " + date
                + "\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: " + body.getBytes(UTF_8).length
                + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(UTF_8));
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
