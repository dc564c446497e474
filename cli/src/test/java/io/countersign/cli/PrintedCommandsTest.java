package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the docs print as a command must work when it is copied into a shell. */
@Timeout(120)
class PrintedCommandsTest {
    private static final Path ROOT = root();
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

    @TempDir
    Path folder;

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("README.md")) ? here : here.getParent();
    }

    @Test
    void everyCurlLineOfTheStandInsManualWorks() throws Exception {
        Files.writeString(
                folder.resolve("key.json"),
                "{\"accessKey\": \"ASIAEXAMPLE\", \"secretKey\": \"secret\", \"token\": \"token\", \"expiresInSeconds\": 60}");
        List<String> commands = CODE.matcher(Files.readString(ROOT.resolve("docs/STANDIN.md")))
                .results()
                .map(result -> result.group(1))
                .filter(code -> code.contains("$C"))
                .toList();
        assertTrue(commands.size() > 15, commands::toString);
        StandInOptions options = StandInOptions.defaults().withDataDir(folder.resolve("data"));
        try (StandIn standIn = StandIn.start(options)) {
            String control = "C=http://127.0.0.1:" + standIn.controlPort() + "; curl() { command curl -fsS \"$@\"; }; ";
            for (String command : commands) {
                Process bash = new ProcessBuilder("bash", "-euc", control + command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
                bash.getOutputStream().close();
                String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, bash.waitFor(), command + ": " + said);
            }
        }
    }

    /** What starts the program: the option, its spelling, and a configuration that is there. */
    @Test
    void everyCommandOfTheManualsHasItsOptions() throws IOException {
        Set<String> seen = new TreeSet<>(commands(ROOT.resolve("docs"), ".md", "[^`\n#]*"));
        seen.addAll(commands(ROOT.resolve("README.md"), ".md", "[^`\n#]*"));
        assertOptions(seen);
    }

    /** What messages advise, too. */
    @Test
    void everyCommandOfTheMessagesHasItsOptions() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (String module : List.of("proxy", "gateway", "cli")) {
            seen.addAll(commands(ROOT.resolve(module + "/src/main/java"), ".java", "[^`\n#\";}]*"));
        }
        assertOptions(seen);
    }

    /** Commands in the files below that folder whose names end so. */
    private static Set<String> commands(Path below, String ending, String rest) throws IOException {
        Pattern command = Pattern.compile("(?:scripts/)?countersign"
                + " (run|sigv4-proxy|convert|check|rules|policy|sign|send|demo|standin|token|pending|calls|explain)( "
                + rest + ")");
        Set<String> seen = new TreeSet<>();
        try (Stream<Path> files = Files.walk(below)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(ending)).toList()) {
                command.matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .forEach(seen::add);
            }
        }
        return seen;
    }

    private static void assertOptions(Set<String> seen) {
        assertTrue(seen.size() > 3, seen::toString);
        Pattern option = Pattern.compile("(?<= )--?[a-zA-Z][a-z-]*");
        Map<String, String> help = new HashMap<>();
        for (String command : seen) {
            String[] words = command.substring(command.indexOf("countersign ") + "countersign ".length())
                    .split(" ", -1);
            String of = help.computeIfAbsent(
                    words[0], each -> Command.run(each, "--help").out());
            String known = isSubcommand(words[1], of)
                    ? help.computeIfAbsent(
                            words[0] + " " + words[1],
                            each -> Command.run(words[0], words[1], "--help").out())
                    : of;
            // What follows two dashes is another program's.
            option.matcher(command.split(" -- ", 2)[0])
                    .results()
                    .map(MatchResult::group)
                    .forEach(each -> assertTrue(known.contains(each), command + ": " + each));
        }
    }

    /** Whether the help of a command lists that word among its commands. */
    private static boolean isSubcommand(String word, String help) {
        return help.lines().anyMatch(line -> line.matches(" +" + Pattern.quote(word) + " +\\S.*"));
    }
}
