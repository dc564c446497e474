package io.countersign.cli;

import io.countersign.cli.convert.Conversion;
import io.countersign.cli.convert.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign convert}: what the configuration of another proxy or agent equals here. */
@Command(
        name = "convert",
        description = "Print a configuration that signs as another program does, with comments: where each line came"
                + " from, what has no equal, and what that program is to call instead.",
        footer = {
            "",
            "Keys and other secrets are not repeated; a comment says where they go. What is printed passes countersign check."
        })
final class ConvertCommand implements Callable<Integer> {
    private static final int MAX_BYTES = 4 << 20;

    private final Console console;

    @Option(
            names = "--from",
            paramLabel = "PROGRAM",
            required = true,
            converter = Named.class,
            description = "aws-sigv4-proxy or vmagent (flags), prometheus or otelcol (their YAML file).")
    private Source from;

    @Parameters(
            paramLabel = "FILE | -- FLAGS",
            arity = "1..*",
            description =
                    "The file, which may hold flags as well; - for standard input. Or the flags, after two dashes.")
    private List<String> given = new ArrayList<>();

    ConvertCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        boolean flags = given.size() > 1
                || (given.get(0).startsWith("-") && !given.get(0).equals("-"));
        try {
            Conversion conversion = flags ? from.convert(given) : from.convert(read(given.get(0)));
            String how = "# Converted from " + from + " by countersign " + io.countersign.proxy.Version.TEXT + ".\n";
            console.out().print(how + conversion.text());
            return 0;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrong("convert: " + (flags ? from.toString() : given.get(0)) + ": " + e.getMessage());
        }
    }

    private String read(String file) throws CommandFailure {
        try (InputStream in = file.equals("-") ? console.in() : Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw CommandFailure.wrong("convert: " + file + " is larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CommandFailure.wrong("convert: " + file + " can't be read; name a file, or - for standard input");
        }
    }

    /** A program by its name. */
    static final class Named implements ITypeConverter<Source> {
        @Override
        public Source convert(String name) {
            return Stream.of(Source.values())
                    .filter(each -> each.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            "'" + name + "' is not one of aws-sigv4-proxy, otelcol, prometheus, vmagent"));
        }
    }
}
