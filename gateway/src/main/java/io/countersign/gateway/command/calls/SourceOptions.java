package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.command.GatewayCommand.Failure;
import io.countersign.gateway.command.ServerOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where calls are: in a gateway that runs, or in a folder. */
final class SourceOptions {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Read the calls in this folder instead: state.dir of a gateway, or a copy of its folder calls.")
    private Optional<Path> dir = Optional.empty();

    /** @param id of the one that is wanted; empty for all that the filter takes */
    CallSource open(Map<String, String> environment, FilterOptions filters, Optional<String> id, Instant now)
            throws Failure {
        CallFilter filter = filters.filter(now);
        id.ifPresent(filter::id);
        if (dir.isPresent()) {
            return FolderCalls.of(dir.get(), filter);
        }
        StringBuilder query = new StringBuilder(filters.query(now));
        FilterOptions.add(query, "id", id);
        return new ServerCalls(server.client(environment), query.toString(), filter);
    }
}
