package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The name of a role's session, by which CloudTrail tells the instances of a fleet apart: what was written, else that of the
 * pod, the task or the host.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">RoleSessionName in the STS API reference</a>
 */
final class SessionName {
    /** Where the process has no name at all. */
    static final String OTHERWISE = "countersign";

    private static final int MAX = 64;
    private static final int MIN = 2;
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /**
     * {@code http://169.254.170.2/v4/} and the container's id, which on Fargate is the task's 32 digits and a number ("Amazon ECS task
     * metadata endpoint version 4" in the ECS Developer Guide).
     */
    private static final Pattern TASK = Pattern.compile(".*/v[34]/([0-9a-f]{32})-[0-9]+/?");

    private static final Pattern UNFIT = Pattern.compile("[^\\w+=,.@-]");

    private SessionName() {}

    /** Of a setting, which may be {@link CredentialsConfig#AUTO}. */
    static String of(String written, Environment environment) {
        return of(written, environment, HOST_NAME);
    }

    static String of(String written, Environment environment, Path hostName) {
        if (!written.equals(CredentialsConfig.AUTO)) {
            return written;
        }
        return Stream.<Supplier<Optional<String>>>of(
                        () -> environment.get("AWS_ROLE_SESSION_NAME"),
                        () -> environment.get("POD_NAME"),
                        () -> task(environment),
                        () -> environment.get("HOSTNAME"),
                        () -> read(hostName))
                .flatMap(place -> place.get().stream())
                .map(SessionName::fit)
                .filter(name -> name.length() >= MIN)
                .findFirst()
                .orElse(OTHERWISE);
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

    /** What STS takes. Of a host's name that is too long, its first label; of a pod's, the end, which tells it from others. */
    private static String fit(String name) {
        String fit = UNFIT.matcher(name).replaceAll("-");
        if (fit.length() <= MAX) {
            return fit;
        }
        int dot = fit.indexOf('.');
        return dot >= MIN && dot <= MAX ? fit.substring(0, dot) : fit.substring(fit.length() - MAX);
    }
}
