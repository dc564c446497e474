package io.countersign.proxy.credentials;

import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.profiles.ProfileFile;

/** The shared AWS files, {@code ~/.aws/config} and {@code ~/.aws/credentials} or where the environment says; read anew each time. */
record ProfileFiles(Path config, Path credentials) {

    static ProfileFiles of(Environment environment) {
        return new ProfileFiles(
                environment.path("AWS_CONFIG_FILE", ".aws/config"),
                environment.path("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"));
    }

    ProfileFile read() {
        ProfileFile.Aggregator both = ProfileFile.aggregator();
        if (Files.isReadable(config)) {
            both.addFile(ProfileFile.builder()
                    .content(config)
                    .type(ProfileFile.Type.CONFIGURATION)
                    .build());
        }
        if (Files.isReadable(credentials)) {
            both.addFile(ProfileFile.builder()
                    .content(credentials)
                    .type(ProfileFile.Type.CREDENTIALS)
                    .build());
        }
        return both.build();
    }

    @Override
    public String toString() {
        return described(credentials) + " or " + described(config);
    }

    private static String described(Path file) {
        return file + (Files.isReadable(file) ? "" : Files.exists(file) ? " (not readable)" : " (no such file)");
    }
}
