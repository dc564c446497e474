package io.countersign.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import io.countersign.standin.ingest.RemoteWriteBody;
import io.countersign.standin.json.Json;
import io.countersign.standin.verify.Credential;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private StandIn standIn;
    private Credential key;
    private RawClient client;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        standIn = StandIn.start(
                StandInOptions.defaults().withDataDir(folder.resolve("data")).withCaOut(folder.resolve("ca.pem")));
        key = standIn.credentials().all().get(0);
        client = new RawClient(standIn.port(), Files.readString(folder.resolve("ca.pem")));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        standIn.close();
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standIn.controlPort() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Config json(String method, String path, String body) throws Exception {
        HttpResponse<String> response = call(method, path, body);
        assertEquals(200, response.statusCode(), response.body());
        return Json.read(response.body());
    }

    private SignedRequest write() {
        byte[] body =
                new RemoteWriteBody().sample(Map.of("__name__", "up"), 1, 1).toBytes();
        return SignedRequest.post("/api/v1/write", body)
                .header("Content-Type", RemoteWriteBody.CONTENT_TYPE)
                .header("Content-Encoding", RemoteWriteBody.CONTENT_ENCODING)
                .sign(key);
    }

    @Test
    void showsAndResetsStats() throws Exception {
        client.exchange(write());
        client.exchange(SignedRequest.get("/x").header("Host", "localhost"));
        Config stats = json("GET", "/stats", "");
        assertEquals(2, stats.getInt("requests"));
        assertEquals(1, stats.getInt("verified"));
        assertEquals(1, stats.getInt("rejected.MissingAuthenticationTokenException"));
        assertEquals(1, stats.getInt("samples"));
        assertEquals(1, stats.getInt("distinct"));
        assertEquals(1, stats.getInt("connections.open"));
        assertEquals("{__name__=\"up\"} 1\n", call("GET", "/samples", "").body());
        Config reset = json("POST", "/stats/reset?keep=data", "");
        assertEquals(0, reset.getInt("requests"));
        assertEquals(1, reset.getInt("samples"));
        assertEquals(0, json("POST", "/stats/reset", "").getInt("samples"));
        assertEquals("", call("GET", "/samples", "").body());
    }

    @Test
    void setsShowsAndClearsFaults() throws Exception {
        assertEquals(
                1,
                json("POST", "/faults", "{\"status\":502,\"count\":5}")
                        .getConfigList("faults")
                        .size());
        assertEquals(502, client.exchange(write()).status());
        assertEquals(
                4, json("GET", "/faults", "").getConfigList("faults").get(0).getInt("count"));
        assertTrue(json("DELETE", "/faults", "").getConfigList("faults").isEmpty());
        assertEquals(204, client.exchange(write()).status());
        HttpResponse<String> refused = call("POST", "/faults", "{\"stauts\":502}");
        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("unknown key 'stauts'"), refused.body());
    }

    @Test
    void rotatesCredentials() throws Exception {
        String text = call(
                        "POST",
                        "/credentials",
                        "{\"action\":\"replace\",\"accessKey\":\"ASIANEW\",\"secretKey\":\"hush-hush\",\"token\":\"tok-en\"}")
                .body();
        assertTrue(text.contains("ASIANEW"));
        assertFalse(text.contains("hush-hush") || text.contains("tok-en"), text);
        assertEquals(403, client.exchange(write()).status());
        key = Credential.of("ASIANEW", "hush-hush").withToken("tok-en");
        assertEquals(204, client.exchange(write()).status());
        json("POST", "/credentials", "{\"action\":\"expire\",\"accessKey\":\"ASIANEW\"}");
        assertEquals("ExpiredTokenException", client.exchange(write()).headers().get("x-amzn-errortype"));
        assertEquals(
                400,
                call("POST", "/credentials", "{\"action\":\"expire\",\"accessKey\":\"X\"}")
                        .statusCode());
        assertEquals(400, call("POST", "/credentials", "{\"accessKey\":\"X\"}").statusCode());
    }

    @Test
    void showsTheLastRequests() throws Exception {
        client.exchange(write());
        client.exchange(write());
        Config last = json("GET", "/last?n=1", "").getConfigList("requests").get(0);
        assertTrue(last.getString("head").startsWith("POST /api/v1/write HTTP/1.1\r\n"));
        assertTrue(last.getString("canonicalRequest").startsWith("POST\n/api/v1/write\n\n"));
        assertEquals(last.getString("signatureExpected"), last.getString("signatureProvided"));
    }

    @Test
    void answersUnknownPathsWithTheKnownOnes() throws Exception {
        assertEquals(404, call("GET", "/nothing", "").statusCode());
        assertEquals(400, call("GET", "/last?n=x", "").statusCode());
    }

    @Test
    void listensForCommandsOnLoopbackOnly() {
        StandInOptions exposed = StandInOptions.defaults().withControl(new InetSocketAddress("0.0.0.0", 0));
        assertThrows(IllegalArgumentException.class, () -> StandIn.start(exposed));
    }
}
