package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * The shared AWS files, {@code ~/.aws/config} and {@code ~/.aws/credentials} or where the environment says; read again each
 * time. A file that is named must be there, and one that is there must be readable: passing it over would sign as somebody
 * else.
 */
record ProfileFiles(SharedFile config, SharedFile credentials) {
    private static final Pattern LINE_NUMBER = Pattern.compile("on line (\\d+)");
    /** What the SDK takes as a property's name. It logs any other, which may be a secret that was put on a line of its own. */
    private static final Pattern PROPERTY_NAME = Pattern.compile("[\\w./%@:+-]*");

    /** @param variable that names it; empty at its usual place */
    record SharedFile(Path path, Optional<String> variable) {
        static SharedFile of(Environment environment, String variable, String underHome) {
            return new SharedFile(
                    environment.path(variable, underHome),
                    environment.get(variable).map(set -> variable));
        }

        boolean isThere() {
            return Files.exists(path);
        }

        /** Why it can't be passed over, and can't be used either. */
        Optional<String> fault() {
            String name = variable.map(set -> set + " names " + path).orElse(path.toString());
            if (!isThere()) {
                return variable.map(set -> name + ", which does not exist or lies in a folder that can't be read");
            }
            if (Files.isDirectory(path)) {
                return Optional.of(name + ", which is a folder");
            }
            return Files.isReadable(path) ? Optional.empty() : Optional.of(name + ", which this process may not read");
        }

        @Override
        public String toString() {
            return path + (Files.isReadable(path) ? "" : isThere() ? " (not readable)" : " (no such file)");
        }
    }

    static ProfileFiles of(Environment environment) {
        return new ProfileFiles(
                SharedFile.of(environment, "AWS_CONFIG_FILE", ".aws/config"),
                SharedFile.of(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"));
    }

    /** Why they can't be passed over, and can't be used either; empty when they can be read, or are not there. */
    Optional<String> fault() {
        return credentials.fault().or(config::fault);
    }

    ProfileFile read() throws FetchFailure {
        Optional<String> fault = fault();
        if (fault.isPresent()) {
            throw new FetchFailure(fault.get());
        }
        ProfileFile.Aggregator both = ProfileFile.aggregator();
        if (config.isThere()) {
            both.addFile(parsed(config.path(), ProfileFile.Type.CONFIGURATION));
        }
        if (credentials.isThere()) {
            both.addFile(parsed(credentials.path(), ProfileFile.Type.CREDENTIALS));
        }
        return both.build();
    }

    private static ProfileFile parsed(Path file, ProfileFile.Type type) throws FetchFailure {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new FetchFailure(file + " can't be read: " + Reason.of(e));
        }
        try {
            return ProfileFile.builder()
                    .content(new ByteArrayInputStream(sound(text).getBytes(StandardCharsets.UTF_8)))
                    .type(type)
                    .build();
        } catch (RuntimeException e) {
            // Of its message the line's number alone is sure to hold no secret.
            Matcher line = LINE_NUMBER.matcher(String.valueOf(e.getMessage()));
            throw new FetchFailure(
                    file + " is not an AWS configuration file" + (line.find() ? ": see line " + line.group(1) : ""));
        }
    }

    /** Without the lines that the SDK ignores but names in its log. */
    private static String sound(String text) {
        return Stream.of(text.split("\n", -1)).map(ProfileFiles::soundLine).collect(Collectors.joining("\n"));
    }

    private static String soundLine(String line) {
        int equals = line.indexOf('=');
        boolean continues = !line.isEmpty() && line.charAt(0) <= ' ';
        boolean comment = line.startsWith("#") || line.startsWith(";") || line.startsWith("[");
        return equals < 0
                        || continues
                        || comment
                        || PROPERTY_NAME
                                .matcher(line.substring(0, equals).strip())
                                .matches()
                ? line
                : "";
    }

    @Override
    public String toString() {
        return credentials + " or " + config;
    }
}
