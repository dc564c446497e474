package io.countersign.gateway.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ServerOptionsTest {
    private static final String TOKEN = "csgn_" + "b".repeat(43);
    private static final Map<String, String> SET = Map.of("COUNTERSIGN_TOKEN", TOKEN);

    @TempDir
    Path folder;

    private static ServerOptions options(String... arguments) {
        ServerOptions options = new ServerOptions();
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.forAnnotatedObject(options);
        new CommandLine(spec).parseArgs(arguments);
        return options;
    }

    private static String fault(Map<String, String> environment, String... arguments) {
        String message = assertThrows(
                        GatewayCommand.Failure.class, () -> options(arguments).client(environment))
                .getMessage();
        assertFalse(message.contains(TOKEN), message);
        return message;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8007",
                "http://[::1]:8007/",
                "http://localhost:8007",
                "https://gateway.internal",
                "unix:/run/countersign/console.sock"
            })
    void takesWhereAConsoleCanBe(String server) throws GatewayCommand.Failure {
        options("--server", server).client(SET).close();
        options().client(SET).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://gateway.internal:8007",
                "http://10.0.0.1:8007",
                "http://127.0.0.1.example.com",
                "http://0.0.0.0:8007",
                "http://[::2]:8007"
            })
    void sendsNoTokenWhereOthersCanReadIt(String server) {
        assertTrue(fault(SET, "--server", server).contains("https://"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gateway:8007",
                "ftp://gateway",
                "https://",
                "https://u:p@gateway",
                "https://gateway/console",
                "https://gateway?a=b",
                "https://gate way"
            })
    void refusesOtherServers(String server) {
        assertTrue(fault(SET, "--server", server).contains("is not usable"));
    }

    @Test
    void takesTheTokenFromAFileOrAVariable() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        options("--token-file", file.toString()).client(Map.of()).close();
        assertTrue(fault(Map.of()).contains("COUNTERSIGN_TOKEN"));
        assertTrue(
                fault(Map.of("COUNTERSIGN_TOKEN", TOKEN + "\r\nX: y")).startsWith("COUNTERSIGN_TOKEN holds no token"));
        Files.writeString(file, TOKEN + "\n" + TOKEN);
        assertTrue(fault(SET, "--token-file", file.toString()).contains("holds no token"));
        assertTrue(fault(SET, "--token-file", folder.resolve("none").toString()).contains("there is no file"));
    }

    @Test
    void hasNoOptionForTheTokenItself() {
        assertEquals(
                java.util.Set.of("--server", "--token-file", "--cacert", "--cert", "--key"),
                CommandLine.Model.CommandSpec.forAnnotatedObject(new ServerOptions())
                        .optionsMap()
                        .keySet());
    }

    @Test
    void refusesAuthoritiesThatAreNone() throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "nothing");
        assertTrue(
                fault(SET, "--server", "https://g", "--cacert", file.toString()).startsWith("--cacert "));
    }
}
