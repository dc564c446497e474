package io.countersign.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign completion}: what a shell needs to complete commands and options. */
@Command(
        name = "completion",
        description = "Print a script that lets a shell complete commands, options and files.",
        footer = {
            "",
            "For this shell: source <(countersign completion bash), or in zsh: source <(countersign completion zsh).",
            "For all: write it to /etc/bash_completion.d/countersign, or source it from ~/.zshrc after compinit."
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells, by the names that are typed. */
    enum Shell {
        bash,
        zsh
    }

    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    private Shell shell;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (shell == Shell.zsh) {
            // What follows is for bash, and zsh's own emulation of that takes it.
            console.out().println("autoload -U +X compinit && compinit");
            console.out().println("autoload -U +X bashcompinit && bashcompinit");
        }
        console.out().print(AutoComplete.bash("countersign", spec.root().commandLine()));
        return 0;
    }
}
