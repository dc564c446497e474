package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.StandIn;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
        standIn = Command.standIn(folder);
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
    void takesTheMethodBeforeTheUrlToo() {
        String url = "https://localhost:" + standIn.port() + "/m";
        String ca = folder.resolve("ca.pem").toString();
        Command sent = Command.run(
                "send", "PUT", url, "-v", "--cacert", ca, "--service", "execute-api", "--region", "us-east-1");
        assertEquals(0, sent.exitCode(), sent.err());
        assertTrue(sent.err().contains("PUT"), sent.err());
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
    void theScriptForPythonSendsWhatWasSigned() throws Exception {
        Path body = Files.write(folder.resolve("the body"), new byte[] {0, '"', '\\', (byte) 0xFF, '\n'});
        String root = "https://localhost:" + standIn.port();
        List<List<String>> requests = List.of(
                List.of("GET", root + "/"),
                List.of("DELETE", root + "/a b//c%2Fd;v=1?x=1+2&y=%41&match[]=a{b=\"c\"}&flag"),
                List.of("POST", root + "/x", "-d", "it's \"q\" \\ \u00e4", "-H", "X-Amz-Meta-A: \u00e4\"\\"),
                List.of("PUT", root + "/x", "-d", "@" + body, "-H", "Content-Type: application/x-protobuf"));
        for (List<String> request : requests) {
            List<String> arguments = new java.util.ArrayList<>(List.of("sign"));
            arguments.addAll(request);
            arguments.addAll(List.of("--service", "execute-api", "--region", "us-east-1", "--output", "python"));
            Command signed = Command.run(arguments.toArray(String[]::new));
            assertEquals(0, signed.exitCode(), signed.err());
            Path script = Files.writeString(folder.resolve("script.py"), signed.out());

            ProcessBuilder python = new ProcessBuilder("python3", script.toString()).redirectErrorStream(true);
            python.environment().put("SSL_CERT_FILE", folder.resolve("ca.pem").toString());
            Process running = python.start();
            String printed = new String(running.getInputStream().readAllBytes(), UTF_8);
            assertEquals(0, running.waitFor(), printed + signed.out());
            assertTrue(printed.contains("200 OK"), printed);
        }
        assertEquals(requests.size(), standIn.stats().verified());
        assertEquals(0, standIn.stats().rejectedTotal());
    }

    @Test
    void theExampleForBoto3SignsWhatItSends() throws Exception {
        String root = "https://localhost:" + standIn.port();
        List<List<String>> requests = List.of(
                List.of(root + "/prod/items?limit=1&a=b%20c"),
                List.of("-d", "{}", root + "/prod/x"),
                List.of(
                        "-X",
                        "PUT",
                        "-d",
                        "a",
                        "-H",
                        "Content-Type: text/plain",
                        "-H",
                        "X-Amz-Meta-A: b",
                        root + "/prod/x"));
        for (List<String> request : requests) {
            assertEquals(0, example(Command.KEYS, request), request::toString);
        }
        assertEquals(requests.size(), standIn.stats().verified());
        assertEquals(
                1, example(Map.of("AWS_ACCESS_KEY_ID", "AKIDOTHER", "AWS_SECRET_ACCESS_KEY", "x"), requests.get(0)));
        assertEquals(1, standIn.stats().rejectedTotal());
    }

    private int example(Map<String, String> keys, List<String> arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of("python3", "../docs/examples/sign_one_call.py", "--region", "us-east-1"));
        command.addAll(arguments);
        ProcessBuilder python = new ProcessBuilder(command).redirectErrorStream(true);
        python.environment().putAll(keys);
        python.environment().put("SSL_CERT_FILE", folder.resolve("ca.pem").toString());
        Process running = python.start();
        running.getInputStream().transferTo(System.out);
        return running.waitFor();
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

    private Command sendTo(String origin, String... more) {
        List<String> arguments =
                new java.util.ArrayList<>(List.of("send", origin + "/", "--service", "s", "--region", "us-east-1"));
        arguments.addAll(List.of(more));
        return Command.run(arguments.toArray(String[]::new));
    }

    @Test
    void saysThatANameIsNotKnown() {
        Command sent = sendTo("https://no-such-name.invalid");
        assertEquals(1, sent.exitCode());
        assertTrue(sent.err().contains("the name no-such-name.invalid resolves to no address"), sent.err());
    }

    @Test
    void looksAtFilesBeforeItConnects() throws Exception {
        String nobody = "https://localhost:1";
        String missing = folder.resolve("no-such.pem").toString();
        Command sent = sendTo(nobody, "--cacert", missing);
        assertEquals(2, sent.exitCode());
        assertEquals("send: --cacert " + missing + ": there is no such file that can be read\n", sent.err());

        Path noCertificate = Files.writeString(folder.resolve("note.txt"), "hello");
        Command wrong = sendTo(nobody, "--cacert", noCertificate.toString());
        assertEquals(2, wrong.exitCode());
        assertTrue(wrong.err().contains("certificate"), wrong.err());

        String nowhere = folder.resolve("no-such-folder/answer").toString();
        Command out = sendTo(nobody, "-o", nowhere);
        assertEquals(2, out.exitCode());
        assertTrue(out.err().contains(nowhere), out.err());
    }

    @Test
    void saysInWordsWhyACertificateIsRefused() {
        Command untrusted = sendTo("https://localhost:" + standIn.port());
        assertEquals(1, untrusted.exitCode());
        assertTrue(
                untrusted.err().contains("an authority that is not trusted; trust it with --cacert"), untrusted.err());

        Command otherName = sendTo(
                "https://0.0.0.0:" + standIn.port(),
                "--cacert",
                folder.resolve("ca.pem").toString());
        assertEquals(1, otherName.exitCode());
        assertTrue(otherName.err().contains("certificate of 0.0.0.0 is not for that name"), otherName.err());
    }

    @Test
    void saysThatAServerDoesNotSpeakTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread plain = new Thread(() -> {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // the client says what it saw
                }
            });
            plain.setDaemon(true);
            plain.start();
            Command sent = sendTo("https://127.0.0.1:" + server.getLocalPort());
            assertEquals(1, sent.exitCode());
            assertTrue(sent.err().contains("does not speak TLS; is the URL http://?"), sent.err());
        }
    }
}
