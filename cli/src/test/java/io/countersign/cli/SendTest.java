package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendTest {
    @TempDir
    Path folder;

    private StandIn standIn;

    @BeforeEach
    void start() throws Exception {
        Credential known =
                Credential.of(Command.KEYS.get("AWS_ACCESS_KEY_ID"), Command.KEYS.get("AWS_SECRET_ACCESS_KEY"));
        standIn = StandIn.start(
                StandInOptions.defaults().withCaOut(folder.resolve("ca.pem")).withCredentials(List.of(known)));
    }

    @AfterEach
    void stop() throws Exception {
        standIn.close();
    }

    private Command send(Map<String, String> keys, String path, String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "send",
                "https://localhost:" + standIn.port() + path,
                "--cacert",
                folder.resolve("ca.pem").toString(),
                "--service",
                "execute-api",
                "--region",
                "us-east-1"));
        arguments.addAll(List.of(more));
        return Command.run(keys, "", arguments.toArray(String[]::new));
    }

    @Test
    void whatIsSentIsWhatWasSigned() {
        for (String path : List.of("/", "/a b/ü//c%2Fd;v=1?x=1+2&y=%41&match[]=a{b=\"c\"}&flag", "/%7Euser/?=v&&a")) {
            Command sent = send(Command.KEYS, path, "-i", "-d", "hello");
            assertEquals(0, sent.exitCode(), sent.err());
            assertTrue(sent.out().startsWith("HTTP/1.1 200"), sent.out());
        }
        assertEquals(3, standIn.stats().verified());
        assertEquals(0, standIn.stats().rejectedTotal());
    }

    @Test
    void failSaysTheStatus() {
        Map<String, String> wrong =
                Map.of("AWS_ACCESS_KEY_ID", "AKIDUNKNOWN", "AWS_SECRET_ACCESS_KEY", "something else");
        Command shown = send(wrong, "/");
        assertEquals(0, shown.exitCode());
        assertTrue(shown.out().contains("message"), shown.out());
        Command failed = send(wrong, "/", "--fail");
        assertEquals(1, failed.exitCode());
        assertTrue(failed.err().contains("403"), failed.err());
    }

    @Test
    void writesTheAnswerToAFileAndExplains() throws Exception {
        Path file = folder.resolve("answer");
        Command sent = send(Command.KEYS, "/", "-o", file.toString(), "-v");
        assertEquals(0, sent.exitCode(), sent.err());
        assertEquals("", sent.out());
        assertTrue(Files.exists(file));
        assertTrue(sent.err().contains("string to sign:") && sent.err().contains("< HTTP/1.1 200"), sent.err());
    }

    @Test
    void untrustedServerIsAFailure() {
        Command sent =
                Command.run("send", "https://localhost:" + standIn.port() + "/", "--service", "s", "--region", "r");
        assertEquals(1, sent.exitCode());
        assertTrue(sent.err().contains("localhost"), sent.err());
    }
}
