package io.countersign.cli;

import io.countersign.cli.check.Advice;
import io.countersign.cli.check.Finding;
import io.countersign.cli.check.SettingsTable;
import io.countersign.cli.check.Survey;
import io.countersign.cli.report.ConfigReport;
import io.countersign.cli.report.IamPolicy;
import io.countersign.cli.report.JsonWriter;
import io.countersign.cli.report.RouteSummary;
import io.countersign.cli.report.SocketSummary;
import io.countersign.proxy.Extension;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.config.KnownKeys;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign check}: every fault of a configuration at once; with none, how its routes will act. */
@Command(
        name = "check",
        description = "Check a configuration: report all faults at once, or show what each route will do.",
        footer = {
            "",
            "Exits with 2 when there is a fault, or a list can't be fetched. Warnings go to standard error and change no exit code."
        })
final class CheckCommand implements Callable<Integer> {
    /** The forms of a policy, by the names that are typed. */
    enum PolicyForm {
        json,
        cloudformation
    }

    private final Console console;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(
            names = "--print-iam-policy",
            arity = "0..1",
            paramLabel = "FORM",
            fallbackValue = "json",
            description =
                    "Print the smallest IAM policy that the routes need, and nothing else on standard output:"
                            + " ${COMPLETION-CANDIDATES}. Default: json, a document for each identity; cloudformation is one template.")
    private PolicyForm printIamPolicy;

    @Option(
            names = "--credentials",
            description = "Fetch credentials from each source, ask STS whose they are, and check name, connection and"
                    + " certificate of each upstream. Exits with 1 if something is wrong.")
    private boolean credentials;

    @Option(
            names = "--fetch",
            description = "Fetch the lists that are not files, and check what they hold too. Without this, they are not"
                    + " looked at.")
    private boolean fetch;

    @Option(
            names = "--hash",
            description =
                    "Print the hashes of the configuration and of each list, as a proxy shows them that runs with these:"
                            + " the hash labels of its metrics countersign_config_info and countersign_list_info. Prints nothing else"
                            + " on standard output.")
    private boolean hash;

    @Option(
            names = "--for-version",
            paramLabel = "VERSION",
            description =
                    "Print which settings another version of Countersign, such as 0.1.0, does not know, each with its"
                            + " place, and nothing else on standard output; for a rollback, or a fleet of several versions. Exits with"
                            + " 1 if there are any. Looks at settings alone, not at what values they may have.")
    private Optional<String> forVersion = Optional.empty();

    @Mixin
    private ProbeOptions probe = new ProbeOptions();

    @Mixin
    private OutputForm output = new OutputForm();

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        Environment environment = Environment.of(console.environment());
        try {
            LoadResult.Loaded loaded = load(environment);
            if (output.isJson() && printIamPolicy == null) {
                return printJson(loaded, environment);
            }
            loaded.warnings().forEach(warning -> console.err().println("warning: " + warning));
            for (RemoteLists.Missing missing : loaded.config().access().remote().missing()) {
                console.err().println("note: " + missing.list() + " was not looked at; --fetch does that");
            }
            return print(loaded.config(), environment);
        } catch (CommandFailure failure) {
            if (output.isJson() && !failure.faults().isEmpty()) {
                JsonWriter.print(JsonWriter.object("faults", ConfigReport.faults(failure.faults())), console.out());
            }
            throw failure;
        }
    }

    private LoadResult.Loaded load(Environment environment) throws CommandFailure {
        Function<ProxyConfig, List<ConfigFault>> advice = read -> Advice.of(read, environment);
        return fetch
                ? config.loadStrictlyWithLists(console.environment(), advice)
                : config.loadStrictly(console.environment(), advice);
    }

    private int print(ProxyConfig loaded, Environment environment) throws CommandFailure {
        PrintStream out = console.out();
        if (forVersion.isPresent()) {
            List<ConfigFault> unknown = unknownTo(forVersion.get());
            unknown.forEach(out::println);
            if (unknown.isEmpty()) {
                console.err().println("note: " + forVersion.get() + " knows every setting of this configuration");
            }
            return exitCode(unknown.isEmpty());
        }
        if (printIamPolicy != null) {
            List<IamPolicy> policies = IamPolicy.of(loaded);
            for (IamPolicy policy : policies) {
                console.err().println("for " + policy.identity() + ":");
                policy.notes().forEach(note -> console.err().println("  note: " + note));
                if (printIamPolicy == PolicyForm.json) {
                    out.println(policy.json().stripTrailing());
                }
            }
            if (printIamPolicy == PolicyForm.cloudformation && !policies.isEmpty()) {
                out.println(IamPolicy.template(policies));
            }
            return 0;
        }
        if (hash) {
            out.println("configuration " + loaded.operation().hash());
            loaded.access().lists().hashes().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(list -> out.println("list " + list.getKey() + " " + list.getValue()));
            return 0;
        }
        if (probe.isAsked()) {
            return exitCode(probe.run(loaded, environment, out::println));
        }
        SocketSummary.lines(loaded).forEach(out::println);
        RouteSummary.lines(loaded).forEach(out::println);
        Extension.installed().forEach(each -> each.summary(loaded).forEach(out::println));
        return exitCode(!credentials || new Survey(loaded, out::println, Clock.systemUTC()).run(environment));
    }

    /** All that is asked for in one object. */
    private int printJson(LoadResult.Loaded loaded, Environment environment) throws CommandFailure {
        Map<String, Object> report = ConfigReport.of(loaded.config(), loaded.warnings());
        boolean good = true;
        if (forVersion.isPresent()) {
            List<ConfigFault> unknown = unknownTo(forVersion.get());
            report.put("unknown_to_version", ConfigReport.faults(unknown));
            good = unknown.isEmpty();
        }
        List<Map<String, Object>> findings = new ArrayList<>();
        Consumer<Finding> found = each ->
                findings.add(JsonWriter.object("about", each.about(), "what", each.text(), "failed", each.wrong()));
        boolean tried = credentials || probe.isAsked();
        if (credentials) {
            good &= new Survey(loaded.config(), found, Clock.systemUTC()).run(environment);
        }
        if (probe.isAsked()) {
            good &= probe.run(loaded.config(), environment, found);
        }
        if (tried) {
            report.put("findings", findings);
        }
        JsonWriter.print(report, console.out());
        return exitCode(good);
    }

    private static int exitCode(boolean good) {
        return good ? 0 : CommandFailure.FAILED;
    }

    private List<ConfigFault> unknownTo(String version) throws CommandFailure {
        SettingsTable table = SettingsTable.read();
        KnownKeys known = table.knownTo(version)
                .orElseThrow(() -> CommandFailure.wrong(
                        "check: settings of version '" + version + "' are not known here; this build knows those of "
                                + table.from() + " to " + table.through()));
        return config.source(console.environment()).unknownTo(version, known);
    }
}
