package io.countersign.cli.causes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.countersign.standin.verify.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

/** An STS on loopback that hands out one key to whoever assumes a role, always good for a quarter of an hour from its start. */
final class Sts implements AutoCloseable {
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    final Instant expiry = Instant.now().plus(Duration.ofMinutes(15));

    Sts(Credential key) throws IOException {
        byte[] answer = """
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleResult>
                <AssumedRoleUser>
                  <Arn>arn:aws:sts::111122223333:assumed-role/agent/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId>
                </AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>
                  <SessionToken>%s</SessionToken><Expiration>%s</Expiration>
                </Credentials>
              </AssumeRoleResult>
              <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
            </AssumeRoleResponse>""".formatted(
                key.accessKey(), key.secretKey(), key.token().orElseThrow(), expiry).getBytes(UTF_8);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
