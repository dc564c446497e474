package io.countersign.cli;

import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.IpListBuilder;
import io.countersign.proxy.access.ListRoom;
import io.countersign.proxy.policy.Effect;
import io.countersign.proxy.policy.PolicyExport;
import io.countersign.proxy.policy.PolicyReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign policy export}: allow and deny lists as a policy for API Gateway. */
@Command(
        name = "export",
        description =
                "Make a resource policy of allow and deny lists: private ranges as aws:VpcSourceIp, public ones as"
                        + " aws:SourceIp.",
        footer = {
            "",
            "Exits with 2 when an entry can't be in a policy, or the policy would be longer than API Gateway takes."
        })
final class PolicyExportCommand implements Callable<Integer> {
    /** Far more than a policy's 8,192 characters can hold. */
    private static final long ROOM = 64 * 1024;

    private final Console console;

    @Option(
            names = "--api-arn",
            required = true,
            paramLabel = "ARN",
            description = "arn:aws:execute-api:REGION:ACCOUNT:API-ID, whose policy it will be.")
    private String apiArn;

    @Option(names = "--allow-file", paramLabel = "FILE", description = "An allow list; may be repeated.")
    private List<Path> allowFiles = List.of();

    @Option(names = "--deny-file", paramLabel = "FILE", description = "A deny list; may be repeated.")
    private List<Path> denyFiles = List.of();

    PolicyExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        PolicyExport export = new PolicyExport(PolicyFile.api(apiArn));
        IpList allow = read(allowFiles);
        if (!allowFiles.isEmpty() && allow.isEmpty()) {
            throw CommandFailure.wrong(
                    "policy export: the allow list is empty, which allows nobody, and a policy without an"
                            + " Allow leaves callers to IAM; take --allow-file away if that is meant");
        }
        IpList deny = read(denyFiles);
        export.add(Effect.ALLOW, allow.entries().toList());
        export.add(Effect.DENY, deny.entries().toList());
        if (!export.faults().isEmpty()) {
            throw CommandFailure.wrongLines(export.faults());
        }
        if (export.isEmpty()) {
            throw CommandFailure.wrong("policy export: the lists have no entry, and a policy needs a statement; name"
                    + " --allow-file or --deny-file");
        }
        String json = export.json();
        if (json.length() > PolicyReader.MAX_CHARACTERS) {
            throw CommandFailure.wrong("policy export: the policy would have " + json.length()
                    + " characters, and API Gateway takes at most " + PolicyReader.MAX_CHARACTERS
                    + "; join ranges that lie side by side, or leave entries to the lists");
        }
        console.out().print(json);
        console.err().println("note: " + json.length() + " of " + PolicyReader.MAX_CHARACTERS + " characters");
        Stream.concat(allow.entries(), deny.entries())
                .flatMap(entry -> entry
                        .until()
                        .map(end -> "note: " + entry.rule().source() + ": " + entry.cidr() + " ends at " + end
                                + ", which the policy does not say; export it again then")
                        .stream())
                .forEach(console.err()::println);
        if (allowFiles.isEmpty()) {
            console.err()
                    .println(
                            "note: without an allow list the policy only denies, and leaves everyone else to IAM; where"
                                    + " nobody signs it denies everyone");
        }
        return 0;
    }

    private static IpList read(List<Path> files) throws CommandFailure {
        List<String> faults = new ArrayList<>();
        ListRoom room = new ListRoom(ROOM);
        IpListBuilder list = new IpListBuilder(
                room,
                Clock.systemUTC(),
                (file, where, reader) -> {
                    try (InputStream in = Files.newInputStream(file)) {
                        reader.read(in);
                    } catch (IOException e) {
                        faults.add(where + ": " + file + " can't be read");
                    }
                },
                (where, what) -> faults.add(where + ": " + what));
        files.forEach(file -> list.read(file.toString(), file, "policy export"));
        if (!room.fits()) {
            faults.add("policy export: the lists have " + room + ", far more than a policy of "
                    + PolicyReader.MAX_CHARACTERS + " characters can hold");
        }
        if (!faults.isEmpty()) {
            throw CommandFailure.wrongLines(faults.subList(0, Math.min(20, faults.size())));
        }
        return list.build();
    }
}
