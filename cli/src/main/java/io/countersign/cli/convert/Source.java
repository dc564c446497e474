package io.countersign.cli.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/** What can be converted, and how it is written. */
public enum Source {
    /** Flags of awslabs/aws-sigv4-proxy. */
    AWS_SIGV4_PROXY(false),
    /** Prometheus' own file. */
    PROMETHEUS(true),
    /** The OpenTelemetry Collector's file. */
    OTELCOL(true),
    /** Flags of vmagent. */
    VMAGENT(false);

    private final boolean yaml;

    Source(boolean yaml) {
        this.yaml = yaml;
    }

    /** Whether it is written as a YAML file, else as flags. */
    public boolean isYaml() {
        return yaml;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Converts a file's text.
     *
     * @throws IllegalArgumentException when it can't be read; the message says where, and repeats no value
     */
    public Conversion convert(String text) {
        return switch (this) {
            case PROMETHEUS -> FromPrometheus.of(text);
            case OTELCOL -> FromOtelcol.of(text);
            case AWS_SIGV4_PROXY, VMAGENT -> convert(words(text));
        };
    }

    /** Converts flags. */
    public Conversion convert(List<String> flags) {
        if (this == VMAGENT) {
            return FromVmagent.of(flags);
        }
        if (this != AWS_SIGV4_PROXY) {
            throw new IllegalArgumentException("a file is needed, and no flags");
        }
        SigV4ProxyOptions options = new SigV4ProxyOptions();
        try {
            new CommandLine(options).parseArgs(flags.toArray(String[]::new));
        } catch (CommandLine.UnmatchedArgumentException e) {
            throw new IllegalArgumentException(unknown(e.getUnmatched()), e);
        } catch (CommandLine.ParameterException e) {
            throw new IllegalArgumentException("a flag lacks its value, or has a wrong one", e);
        }
        return FromSigV4Proxy.of(options, Machine.ELSEWHERE, Map.of());
    }

    /** Names a flag without its value, which may be a secret. */
    private static String unknown(List<String> unmatched) {
        return unmatched.stream()
                .filter(word -> word.startsWith("-"))
                .findFirst()
                .map(flag -> flag.split("=", 2)[0] + " is not one of its flags")
                .orElse("a value belongs to no flag");
    }

    /** Flags as in a shell or a list of YAML: words, in quotes or not, with or without a dash and a blank before them. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean any = false;
        for (char c : (text + "\n").toCharArray()) {
            boolean blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
            if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote == 0 ? c : 0;
                any = true;
            } else if (quote == 0 && blank) {
                if ((any || word.length() > 0)
                        && !word.toString().equals("-")
                        && !word.toString().equals("\\")) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
            }
        }
        return words;
    }
}
