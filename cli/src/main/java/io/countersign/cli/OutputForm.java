package io.countersign.cli;

import picocli.CommandLine.Option;

/** {@code -o json} for commands whose output programs read. */
final class OutputForm {
    /** The forms, by the names that are typed. */
    enum Form {
        text,
        json
    }

    @Option(
            names = {"-o", "--format"},
            paramLabel = "FORM",
            description = "How the result is printed: ${COMPLETION-CANDIDATES}. Default: text.")
    private Form form = Form.text;

    boolean isJson() {
        return form == Form.json;
    }
}
