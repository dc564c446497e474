package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a profile's {@code credential_process} prints ("Sourcing credentials with an external process" in the AWS CLI User
 * Guide). Nothing that the process prints is ever shown: what it says of a failure may hold what it failed with.
 */
record ProcessProvider(String command, String where, String provider) implements CredentialsProvider {
    /** Within the time of a fetch, so that it can still be said what took it. */
    private static final Duration LIMIT = Duration.ofSeconds(9);

    private static final int MAX_OUTPUT = 64 * 1024;

    @Override
    public String kind() {
        return "profile";
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        CredentialsDocument json = CredentialsDocument.of(output())
                .orElseThrow(() -> new FetchFailure(where + ": the output is not a JSON object"));
        if (!json.member("Version").equals(Optional.of("1"))) {
            throw new FetchFailure(where + ": the output has not \"Version\": 1, the only one there is");
        }
        return json.credentials("SessionToken", where, provider);
    }

    private String output() throws FetchFailure {
        Process process = started();
        try {
            // The pipe takes as much as may be printed; a process that prints more waits, and runs into the limit.
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new FetchFailure(where + ": did not end within " + LIMIT.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new FetchFailure(where + ": ended with status " + process.exitValue()
                        + "; run the command by hand, as the user that Countersign runs as, to see what it says");
            }
            try (InputStream out = process.getInputStream()) {
                return new String(out.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new FetchFailure(
                    where + ": the output can't be read: " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FetchFailure(where + ": interrupted");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process started() throws FetchFailure {
        try {
            return new ProcessBuilder(List.of("sh", "-c", command))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new FetchFailure(where + ": can't be started: there is no sh here");
        }
    }

    @Override
    public String toString() {
        return "ProcessProvider[" + where + ", redacted]";
    }
}
