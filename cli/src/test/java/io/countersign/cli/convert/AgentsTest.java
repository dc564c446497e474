package io.countersign.cli.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.Trial;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What agents that sign for themselves are converted to: it loads, and their new URLs lead where their old ones did. */
class AgentsTest {
    private static final Pattern URL = Pattern.compile("http://localhost:8005\\S*");

    private static ProxyConfig load(Conversion conversion) {
        LoadResult result = HoconSource.text(conversion.text(), Path.of("").toAbsolutePath(), Map.of())
                .strict()
                .load();
        return assertInstanceOf(LoadResult.Loaded.class, result, () -> result + "\n" + conversion.text())
                .config();
    }

    /** The URLs that the agent gets. */
    private static List<URI> urls(Conversion conversion) {
        return conversion.after().stream()
                .flatMap(line -> URL.matcher(line).results())
                .map(found -> URI.create(found.group()))
                .toList();
    }

    /** Where a POST to that URL goes, as service, region and URL. */
    private static String leadsTo(ProxyConfig config, URI url) throws Exception {
        Trial.Result result = new Trial(config, Clock.systemUTC())
                .request(Caller.ofSocket(InetAddress.getLoopbackAddress()), "POST", url.getRawPath(), "localhost");
        Route route = assertInstanceOf(Trial.Result.Taken.class, result).route();
        return route.config().signing().orElseThrow().service() + " "
                + route.config().signing().orElseThrow().region() + " " + route.upstream()
                + route.target(url.getRawPath(), null).path();
    }

    @Test
    void prometheus() throws Exception {
        Conversion conversion = Source.PROMETHEUS.convert("""
                global: { scrape_interval: 15s }
                base: &queue { max_samples_per_send: 1000 }
                remote_write:
                  - url: https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
                    name: "amp main"
                    queue_config: *queue
                    sigv4: { region: us-east-1, role_arn: "arn:aws:iam::123456789012:role/amp", external_id: ext3rnal }
                  - url: https://metrics.example.com/push
                    sigv4: { region: eu-west-1, access_key: AKIDSECRETLY, secret_key: s3cr3t, service_name: execute-api }
                    tls_config: { ca_file: /etc/ca.pem, insecure_skip_verify: true, server_name: other }
                    proxy_url: http://user:pass@proxy.example
                  - url: https://elsewhere.example.com/push
                    basic_auth: { username: u, password: p4ssw0rd }
                alerting: { alertmanagers: [ { sigv4: { region: us-east-1 } } ] }
                """);
        ProxyConfig config = load(conversion);
        List<URI> urls = urls(conversion);
        assertEquals(2, urls.size());
        assertEquals(
                "aps us-east-1 https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write",
                leadsTo(config, urls.get(0)));
        assertEquals("execute-api eu-west-1 https://metrics.example.com/push", leadsTo(config, urls.get(1)));
        CredentialsConfig credentials = config.credentials().get("amp-main");
        assertEquals(
                "arn:aws:iam::123456789012:role/amp",
                credentials.assumeRole().orElseThrow().roleArn());
        String text = conversion.text();
        for (String secret : List.of("AKIDSECRETLY", "s3cr3t", "ext3rnal", "p4ssw0rd", "user:pass")) {
            assertFalse(text.contains(secret), text);
        }
        for (String said : List.of(
                "AWS_SECRET_ACCESS_KEY",
                "credentials.amp-main.external-id",
                "tls.ca",
                "tls.pin",
                "upstream.sni",
                "proxy_url has no equal",
                "has no sigv4 block",
                "alertmanagers, line",
                "line 4")) {
            assertTrue(text.contains(said), said + "\n" + text);
        }
    }

    @Test
    void theOnlyEntryKeepsItsPath() throws Exception {
        Conversion conversion = Source.PROMETHEUS.convert("""
                remote_write:
                - url: https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
                  sigv4: {}
                """);
        ProxyConfig config = load(conversion);
        assertEquals(
                "/workspaces/ws-1/api/v1/remote_write", urls(conversion).get(0).getPath());
        assertEquals(
                "aps eu-west-1 https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write",
                leadsTo(config, urls(conversion).get(0)));
        assertEquals(List.of(), conversion.differences());
    }

    @Test
    void collector() throws Exception {
        Conversion conversion = Source.OTELCOL.convert("""
                extensions:
                  sigv4auth:
                    assume_role: { arn: "arn:aws:iam::123456789012:role/x", session_name: otel, sts_region: us-east-1 }
                  sigv4auth/logs: { region: eu-central-1, service: logs }
                exporters:
                  prometheusremotewrite:
                    endpoint: "https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-9/api/v1/remote_write"
                    auth: { authenticator: sigv4auth }
                  otlphttp/cw:
                    logs_endpoint: https://logs.eu-central-1.amazonaws.com/v1/logs
                    traces_endpoint: https://xray.eu-central-1.amazonaws.com/v1/traces
                    auth: { authenticator: sigv4auth/logs }
                  otlp/grpc: { endpoint: "a.example:4317", auth: { authenticator: sigv4auth } }
                  debug: {}
                """);
        ProxyConfig config = load(conversion);
        List<URI> urls = urls(conversion);
        assertEquals(
                List.of(
                        "aps us-west-2 https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-9/api/v1/remote_write",
                        "logs eu-central-1 https://logs.eu-central-1.amazonaws.com/v1/logs",
                        "logs eu-central-1 https://xray.eu-central-1.amazonaws.com/v1/traces"),
                List.of(leadsTo(config, urls.get(0)), leadsTo(config, urls.get(1)), leadsTo(config, urls.get(2))));
        assertEquals(
                "otel",
                config.credentials()
                        .get("prometheusremotewrite")
                        .assumeRole()
                        .orElseThrow()
                        .sessionName());
        assertTrue(conversion.text().contains("speaks gRPC"), conversion.text());
    }

    @Test
    void vmagent() throws Exception {
        Conversion conversion = Source.VMAGENT.convert(List.of(
                "-promscrape.config=/etc/p.yml",
                "-remoteWrite.url=https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write",
                "--remoteWrite.url",
                "https://api.example.com/prod/write",
                "-remoteWrite.url=http://victoria:8428/api/v1/write",
                "-remoteWrite.aws.useSigv4=true,true,false",
                "-remoteWrite.aws.region=us-east-1,eu-west-1",
                "-remoteWrite.aws.service=aps,execute-api",
                "-remoteWrite.aws.roleARN=,arn:aws:iam::123456789012:role/x",
                "-remoteWrite.aws.accessKey=AKIDSECRETLY",
                "-remoteWrite.aws.secretKey=s3cr3t"));
        ProxyConfig config = load(conversion);
        List<URI> urls = urls(conversion);
        assertEquals(
                "aps us-east-1 https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write",
                leadsTo(config, urls.get(0)));
        assertEquals("execute-api eu-west-1 https://api.example.com/prod/write", leadsTo(config, urls.get(1)));
        assertEquals(2, urls.size());
        assertTrue(config.credentials().containsKey("remote-write-2"));
        assertFalse(conversion.text().contains("s3cr3t") || conversion.text().contains("AKIDSECRETLY"));
        assertTrue(conversion.text().contains("number 3: it has no -remoteWrite.aws.useSigv4"), conversion.text());
    }

    @Test
    void flagsInAFile() {
        assertEquals(
                List.of("--name=es", "--host", "a b", "-s", ""),
                Source.words("- --name=es\n- \"--host\" 'a b' \\\n-s ''\n"));
        Conversion conversion =
                Source.AWS_SIGV4_PROXY.convert("- --name=es\n- --region=eu-west-1\n- --host=h.example\n");
        assertEquals(
                "es", load(conversion).routes().get(0).signing().orElseThrow().service());
    }

    @Test
    void nothingToConvertIsSaid() {
        for (String text :
                List.of("", "[", "a: [b", "remote_write: []", "remote_write: [{url: https://a.example}]", "x")) {
            assertThrows(IllegalArgumentException.class, () -> Source.PROMETHEUS.convert(text), text);
            assertThrows(IllegalArgumentException.class, () -> Source.OTELCOL.convert(text), text);
        }
        assertThrows(
                IllegalArgumentException.class, () -> Source.VMAGENT.convert("-remoteWrite.url=https://a.example"));
        assertThrows(IllegalArgumentException.class, () -> Source.AWS_SIGV4_PROXY.convert("--frobnicate"));
        assertThrows(
                IllegalArgumentException.class,
                () -> Source.PROMETHEUS.convert("remote_write: [{url: \"ftp://u:s3cr3t@a\", sigv4: {}}]"));
    }

    @Test
    void whatNestsTooDeeplyIsSaid() {
        for (String deep : List.of("a: " + "[".repeat(200_000), "- ".repeat(200_000) + "x")) {
            IllegalArgumentException fault =
                    assertThrows(IllegalArgumentException.class, () -> Source.PROMETHEUS.convert(deep));
            assertEquals("it nests too deeply", fault.getMessage());
        }
    }

    /** A name for each of them is one that none before it has. */
    @Test
    void moreEntriesThanAnyAgentHasAreRefusedAtOnce() {
        String many = "remote_write: [" + "{name: a, url: https://a.b, sigv4: {}},".repeat(90_000) + "]\n";
        IllegalArgumentException fault = assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(IllegalArgumentException.class, () -> Source.PROMETHEUS.convert(many)));
        assertEquals("it has more than 1000 entries that are signed", fault.getMessage());
    }
}
