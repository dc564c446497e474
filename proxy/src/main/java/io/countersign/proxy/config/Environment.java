package io.countersign.proxy.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The process's environment as it was at start. Never prints: it may hold keys. */
public record Environment(Map<String, String> variables, Path home) {
    public Environment {
        variables = Map.copyOf(variables);
    }

    /** The process's own. */
    public static Environment ofProcess() {
        return of(System.getenv());
    }

    /** {@code HOME} before the JVM's idea of it, as the AWS tools have it. */
    public static Environment of(Map<String, String> variables) {
        String home = variables.getOrDefault("HOME", System.getProperty("user.home", "/"));
        return new Environment(variables, Path.of(home));
    }

    /** An empty variable counts as unset, as it does for the AWS tools. */
    public Optional<String> get(String variable) {
        return Optional.ofNullable(variables.get(variable)).map(String::strip).filter(value -> !value.isEmpty());
    }

    public boolean isTrue(String variable) {
        return get(variable).filter("true"::equalsIgnoreCase).isPresent();
    }

    /** A path from a variable, {@code ~} standing for the home directory. */
    public Path path(String variable, String underHome) {
        return underHome(get(variable).orElse("~/" + underHome));
    }

    /** A path, {@code ~} standing for the home directory. */
    public Path underHome(String path) {
        return path.startsWith("~/") ? home.resolve(path.substring(2)) : Path.of(path);
    }

    @Override
    public String toString() {
        return "Environment[" + variables.size() + " variables, redacted]";
    }
}
