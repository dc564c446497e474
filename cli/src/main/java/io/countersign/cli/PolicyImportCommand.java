package io.countersign.cli;

import io.countersign.proxy.policy.PolicyLists;
import io.countersign.proxy.policy.Remark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign policy import}: the address part of a policy as allow and deny lists. */
@Command(
        name = "import",
        description = "Make allow and deny lists of the address part of a policy, and say what they can't express.",
        footer = {
            "",
            "Exits with 1 when the lists say something else than the policy, and with 2 when the policy is wrong."
        })
final class PolicyImportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The policy, as JSON.")
    private Path file;

    @Option(
            names = "--allow-file",
            paramLabel = "FILE",
            description = "Write the allow list to this new file, not to standard output.")
    private Optional<Path> allowFile = Optional.empty();

    @Option(
            names = "--deny-file",
            paramLabel = "FILE",
            description = "Write the deny list to this new file, not to standard output.")
    private Optional<Path> denyFile = Optional.empty();

    PolicyImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        PolicyLists lists = PolicyLists.of(PolicyFile.read(file));
        lists.remarks().forEach(console.err()::println);
        write("allow", lists.allow(), allowFile);
        write("deny", lists.deny(), denyFile);
        return lists.remarks().stream().anyMatch(remark -> remark.kind() == Remark.Kind.WARNING)
                ? CommandFailure.FAILED
                : 0;
    }

    private void write(String name, List<PolicyLists.Entry> entries, Optional<Path> to) throws CommandFailure {
        String list = "# " + name + " list made of " + file + "\n"
                + entries.stream().map(entry -> entry + "\n").collect(Collectors.joining());
        if (to.isEmpty()) {
            console.out().print(list);
            return;
        }
        try {
            Files.writeString(to.get(), list, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw CommandFailure.wrong("policy import: " + to.get() + " exists already; name a new file");
        } catch (IOException e) {
            throw CommandFailure.failed("policy import: " + to.get() + " can't be written: " + e.getMessage());
        }
    }
}
