package io.countersign.cli;

import io.countersign.cli.report.JsonWriter;
import io.countersign.proxy.config.ConfigSchema;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.settings.FurtherSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code countersign schema}: the configuration's JSON Schema. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of the configuration, for editors and charts.",
        footer = {
            "",
            "It describes a file in YAML or JSON: every setting of this build, what it takes, and its default.",
            "It can't see what depends on other settings, or on files; 'countersign check' does."
        })
final class SchemaCommand implements Callable<Integer> {
    private final Console console;

    SchemaCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        FurtherKeys further = FurtherSettings.installed().stream()
                .map(FurtherSettings::keys)
                .reduce(FurtherKeys.NONE, FurtherKeys::and);
        console.out().println(JsonWriter.indented(ConfigSchema.of(further)));
        return 0;
    }
}
