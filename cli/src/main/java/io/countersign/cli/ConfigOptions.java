package io.countersign.cli;

import io.countersign.proxy.RemoteLoad;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Where the configuration comes from: a file, or an upstream's URL alone. */
final class ConfigOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "The configuration (HOCON, or YAML in a .yaml file); else the one that COUNTERSIGN_CONFIG names.")
    private Optional<Path> config = Optional.empty();

    @Option(
            names = "--upstream",
            paramLabel = "URL",
            description = "No file: every request goes to this URL, signed; callers on loopback alone.")
    private Optional<String> upstream = Optional.empty();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "With --upstream: where to listen, HOST:PORT or unix:/PATH (default: 127.0.0.1:8005).")
    private Optional<String> listen = Optional.empty();

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "With --upstream: where probes and metrics are served (default: 127.0.0.1:8006).")
    private Optional<String> admin = Optional.empty();

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "With --upstream: needed if its host does not show it.")
    private Optional<String> region = Optional.empty();

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "With --upstream: needed if its host does not show it.")
    private Optional<String> service = Optional.empty();

    HoconSource source(Map<String, String> environment) throws CommandFailure {
        if (upstream.isPresent()) {
            if (config.isPresent()) {
                throw CommandFailure.wrong("--config and --upstream exclude each other: keep one of them");
            }
            return HoconSource.upstream(upstream.get(), listen, admin, region, service, environment);
        }
        if (listen.isPresent() || admin.isPresent() || region.isPresent() || service.isPresent()) {
            throw CommandFailure.wrong(
                    "--listen, --admin, --region and --service belong to --upstream; a configuration file"
                            + " has its own settings for them");
        }
        Optional<Path> file = config.or(
                () -> Optional.ofNullable(environment.get("COUNTERSIGN_CONFIG")).map(Path::of));
        return HoconSource.file(
                file.orElseThrow(() -> CommandFailure.wrong(
                        "which configuration? Give --config FILE, set COUNTERSIGN_CONFIG to one, or give --upstream URL"
                                + " to go without")),
                environment);
    }

    /** Whether there is any. */
    boolean isGiven(Map<String, String> environment) {
        return config.isPresent() || upstream.isPresent() || environment.containsKey("COUNTERSIGN_CONFIG");
    }

    LoadResult.Loaded load(Map<String, String> environment) throws CommandFailure {
        return loaded(source(environment));
    }

    /** The same, with the lists that are elsewhere: asks their sources for them, once. */
    LoadResult.Loaded loadWithLists(Map<String, String> environment) throws CommandFailure {
        return fetched(source(environment), environment);
    }

    private static LoadResult.Loaded fetched(HoconSource source, Map<String, String> environment)
            throws CommandFailure {
        return loaded(() -> RemoteLoad.load(source, Environment.of(environment), Clock.systemUTC()));
    }

    /** The same, with every unknown setting refused, further warnings, and all lists. */
    LoadResult.Loaded loadStrictlyWithLists(
            Map<String, String> environment, Function<ProxyConfig, List<ConfigFault>> advice) throws CommandFailure {
        return fetched(source(environment).strict(advice), environment);
    }

    /** With every unknown setting refused, and further warnings. */
    LoadResult.Loaded loadStrictly(Map<String, String> environment, Function<ProxyConfig, List<ConfigFault>> advice)
            throws CommandFailure {
        return loaded(source(environment).strict(advice));
    }

    private static LoadResult.Loaded loaded(ConfigSource source) throws CommandFailure {
        LoadResult result = source.load();
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded;
        }
        throw CommandFailure.wrong(((LoadResult.Faulty) result).faults());
    }
}
