package io.countersign.cli.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An AWS SDK in a process of its own, with credentials that nobody here knows. It puts each file of a folder, and either gets it again or
 * says its ETag.
 *
 * @param command before the arguments that {@code scripts/verify.d/sdks} has for all clients alike
 * @param variant of the client, as its program knows it
 */
record SdkClient(List<String> command, String variant) {
    private static final long PATIENCE = 900;

    /** What all jobs of a process share: where to, and what the environment says. */
    record Setting(Stores stores, String scheme, String checksums) {}

    /**
     * The files of a folder, put into a bucket.
     *
     * @param out where they come back to; empty for a bucket that only takes
     */
    record Job(String bucket, String prefix, Path in, Optional<Path> out) {}

    /** Does all jobs in one process; the ETags that came back where nothing else did, by the names of the files. */
    Map<String, String> run(Setting setting, List<Job> jobs) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(variant, setting.stores().endpoint(setting.scheme())));
        for (Job job : jobs) {
            all.addAll(List.of(job.bucket(), job.prefix(), job.in().toString()));
            all.add(job.out().map(Path::toString).orElse("-"));
        }
        Map<String, String> tags = new LinkedHashMap<>();
        for (String line : call(setting, all).lines().toList()) {
            String[] parts = line.split(" ", 2);
            tags.put(parts[0], parts[1].replace("\"", ""));
        }
        return tags;
    }

    private static String call(Setting setting, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("sdk", ".out");
        Path errors = Files.createTempFile("sdk", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(setting));
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + Files.readString(errors) + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static Map<String, String> environment(Setting setting) {
        return Map.of(
                "PATH", System.getenv("PATH"),
                "HOME", "/nonexistent",
                "AWS_ACCESS_KEY_ID", "AKIDCALLER",
                "AWS_SECRET_ACCESS_KEY", "not-known-to-anyone",
                "AWS_REGION", "us-east-1",
                "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_EC2_METADATA_DISABLED", "true",
                "AWS_CA_BUNDLE", setting.stores().authority().toString(),
                "AWS_REQUEST_CHECKSUM_CALCULATION", setting.checksums());
    }
}
