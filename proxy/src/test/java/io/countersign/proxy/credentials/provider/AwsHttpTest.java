package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.sigv4.AwsCredentials;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AwsHttpTest {
    private static final String ARN = "arn:aws:iam::1:role/r";
    /** The request lines that reached the proxy, which hangs up on each. */
    private final BlockingQueue<String> asked = new ArrayBlockingQueue<>(100);

    private ServerSocket proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "loopback-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private void serve() {
        try {
            while (true) {
                try (Socket socket = proxy.accept()) {
                    asked.add(new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine());
                }
            }
        } catch (Exception closed) {
            // The test is over.
        }
    }

    private FetchFailure fails(Optional<String> endpoint, String... variables) {
        Map<String, String> map = new HashMap<>();
        map.put("HTTPS_PROXY", "http://127.0.0.1:" + proxy.getLocalPort());
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        Environment environment = new Environment(map, Path.of("/nonexistent"));
        AssumeRole role = new AssumeRole(
                ARN,
                Optional.empty(),
                "s",
                900,
                Map.of(),
                new Sts(Optional.of("us-east-1"), endpoint, Optional.empty()));
        CredentialsProvider fetch = new AssumedRoleProvider(
                role,
                new StaticProvider(new AwsCredentials("A", "s", null)),
                StsSettings.of(role.sts(), ARN, environment));
        return assertThrows(FetchFailure.class, fetch::fetch);
    }

    @Test
    void stsIsReachedThroughTheProxyInItsRegion() throws Exception {
        fails(Optional.empty());
        assertEquals("CONNECT sts.us-east-1.amazonaws.com:443 HTTP/1.1", asked.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void fipsEndpointsAreUsedWhenTheEnvironmentSaysSo() throws Exception {
        fails(Optional.empty(), "AWS_USE_FIPS_ENDPOINT", "true");
        assertEquals("CONNECT sts-fips.us-east-1.amazonaws.com:443 HTTP/1.1", asked.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void whatNoProxyNamesIsReachedDirectly() {
        FetchFailure failure = fails(Optional.of("https://sts.corp.invalid"), "NO_PROXY", "a.test, .corp.invalid");
        assertTrue(asked.isEmpty());
        assertTrue(failure.getMessage().contains("sts.corp.invalid resolves to no address"), failure.getMessage());
    }

    @Test
    void aNameInNoProxyIsNoSuffixOfOthers() throws Exception {
        fails(Optional.of("https://sts.mycorp.invalid"), "NO_PROXY", "corp.invalid");
        assertEquals("CONNECT sts.mycorp.invalid:443 HTTP/1.1", asked.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void loopbackIsNeverReachedThroughTheProxy() throws Exception {
        try (LoopbackSts sts = new LoopbackSts()) {
            sts.error = new String[] {"403", "AccessDenied", "no"};
            fails(Optional.of(sts.url()));
            assertTrue(asked.isEmpty());
            assertEquals(1, sts.calls.size());
        }
    }

    @Test
    void aProxyThatIsNoUrlIsSaid() {
        FetchFailure failure = fails(Optional.empty(), "HTTPS_PROXY", "http://:3128");
        assertTrue(failure.getMessage().contains("HTTPS_PROXY is not a URL"), failure.getMessage());
    }

    @Test
    void aPasswordIsSentWhenTheProxyDemandsItAndNeverShown() throws Exception {
        // "user" and "p:ss w0rd", percent-encoded where a URL must have it.
        try (LoopbackProxy demanding = new LoopbackProxy(Optional.of("dXNlcjpwOnNzIHcwcmQ="))) {
            FetchFailure failure = fails(Optional.empty(), "HTTPS_PROXY", demanding.url("user:p%3Ass%20w0rd@"));
            assertTrue(failure.getMessage().contains("502"), failure.getMessage());
            assertFalse(failure.getMessage().contains("w0rd"), failure.getMessage());
            assertEquals(
                    "CONNECT sts.us-east-1.amazonaws.com:443 HTTP/1.1",
                    demanding.requestLines().get(1));
        }
    }

    @Test
    void aWrongPasswordIsSentOnceForEachAttemptAndNeverShown() throws Exception {
        try (LoopbackProxy demanding = new LoopbackProxy(Optional.of("bm9ib2R5"))) {
            FetchFailure failure = fails(Optional.empty(), "HTTPS_PROXY", demanding.url("user:passw0rd@"));
            assertTrue(failure.getMessage().contains("407"), failure.getMessage());
            assertFalse(failure.getMessage().contains("passw0rd"), failure.getMessage());
            assertTrue(
                    demanding.requests().size() <= 4, demanding.requestLines().toString());
        }
    }

    @Test
    void aProxyThatCannotBeUsedIsReportedWithoutItsPassword() {
        for (String url : new String[] {
            "http://user:passw0rd<@127.0.0.1:3128", "http://user:pass w0rd@h", "socks5://user:passw0rd@h"
        }) {
            FetchFailure failure = fails(Optional.empty(), "HTTPS_PROXY", url);
            assertTrue(failure.getMessage().contains("HTTPS_PROXY is not a"), failure.getMessage());
            assertFalse(failure.getMessage().contains("w0rd"), failure.getMessage());
        }
    }
}
