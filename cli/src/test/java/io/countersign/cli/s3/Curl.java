package io.countersign.cli.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The plain client: knows nothing of signatures. */
final class Curl {
    private final Path folder;
    private int calls;

    Curl(Path folder) {
        this.folder = folder;
    }

    /** @param body file with what was answered */
    record Answer(int status, String head, Path body) {
        String field(String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        String text() throws IOException {
            return Files.readString(body);
        }
    }

    /** Runs curl with these arguments, the URL as it stands among them. */
    Answer run(String... arguments) throws IOException, InterruptedException {
        int call = ++calls;
        Path head = folder.resolve(call + ".head");
        Path body = folder.resolve(call + ".body");
        Path complaints = folder.resolve(call + ".err");
        List<String> command = new ArrayList<>(List.of(
                "curl", "-sS", "--path-as-is", "--max-time", "100", "-D", head.toString(), "-o", body.toString()));
        command.addAll(List.of("-w", "%{http_code}"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(complaints.toFile()).start();
        String status = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        if (!process.waitFor(110, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(command + " failed: " + Files.readString(complaints));
        }
        return new Answer(Integer.parseInt(status), Files.readString(head), body);
    }
}
