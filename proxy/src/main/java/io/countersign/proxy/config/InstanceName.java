package io.countersign.proxy.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What tells this instance from the others of a fleet: the name of its pod, its task or its host. */
public final class InstanceName {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /**
     * {@code http://169.254.170.2/v4/} and the container's id, which on Fargate is the task's 32 digits and a number ("Amazon ECS task
     * metadata endpoint version 4" in the ECS Developer Guide).
     */
    private static final Pattern TASK = Pattern.compile(".*/v[34]/([0-9a-f]{32})-[0-9]+/?");

    private InstanceName() {}

    /** Empty where the process can't know it. */
    public static Optional<String> of(Environment environment) {
        return candidates(environment, HOST_NAME).findFirst();
    }

    /** Each name that there is, the narrowest first. */
    public static Stream<String> candidates(Environment environment) {
        return candidates(environment, HOST_NAME);
    }

    /** @param hostName the file that has the host's */
    public static Stream<String> candidates(Environment environment, Path hostName) {
        return Stream.of(environment.get("POD_NAME"), task(environment), environment.get("HOSTNAME"), read(hostName))
                .flatMap(Optional::stream);
    }

    private static Optional<String> task(Environment environment) {
        return environment
                .get("ECS_CONTAINER_METADATA_URI_V4")
                .map(TASK::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1));
    }

    private static Optional<String> read(Path hostName) {
        try {
            return Optional.of(Files.readString(hostName).strip()).filter(name -> !name.equals("(none)"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
