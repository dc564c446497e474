package io.countersign.cli;

import io.countersign.proxy.policy.Api;
import io.countersign.proxy.policy.PolicyDocument;
import io.countersign.proxy.policy.PolicyFault;
import io.countersign.proxy.policy.PolicyReader;
import io.countersign.proxy.policy.PolicyResult;
import io.countersign.proxy.policy.ResourcePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A policy's file, read for a command; what is wrong with it ends the command with every fault. */
final class PolicyFile {
    private PolicyFile() {}

    static PolicyDocument read(Path file) throws CommandFailure {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(PolicyReader.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw CommandFailure.wrong("policy: there is no file " + file);
        } catch (IOException e) {
            throw CommandFailure.wrong("policy: " + file + " can't be read: "
                    + (Files.isDirectory(file)
                            ? "it is a directory"
                            : e.getClass().getSimpleName()));
        }
        PolicyResult result = PolicyReader.read(file.toString(), content);
        if (result instanceof PolicyResult.Bad bad) {
            throw wrong(bad.faults());
        }
        return ((PolicyResult.Read) result).document();
    }

    static ResourcePolicy bind(PolicyDocument document, Api api) throws CommandFailure {
        PolicyDocument.Binding binding = document.bind(api);
        if (binding instanceof PolicyDocument.Binding.Unbound unbound) {
            throw wrong(unbound.faults());
        }
        return ((PolicyDocument.Binding.Bound) binding).policy();
    }

    /** The API of {@code --api-arn}. */
    static Api api(String arn) throws CommandFailure {
        try {
            return Api.parse(arn);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrong("--api-arn: " + e.getMessage());
        }
    }

    private static CommandFailure wrong(List<PolicyFault> faults) {
        return CommandFailure.wrongLines(
                faults.stream().map(PolicyFault::toString).toList());
    }
}
