package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.CallsPart;
import io.countersign.gateway.calls.log.CallFiles;
import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.calls.log.CallSearch;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.gateway.command.GatewayCommand.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls on the disk of this machine, whether or not a gateway runs that writes them. */
final class FolderCalls implements CallSource {
    private static final long SEARCH = 256L << 20;
    private static final long PAUSE_MILLIS = 500;

    /** What one search finds is in memory at once. */
    private static final int MAX_PAGE = 2000;

    /** Calls that may end within a pause. */
    private static final int MAX_NEW = MAX_PAGE;

    /** Between two looks one file is begun at most. */
    private static final int FILES = 2;

    private final Path folder;
    private final CallFiles files;
    private final CallFilter wanted;

    private FolderCalls(Path folder, CallFilter wanted) {
        this.folder = folder;
        this.files = new CallFiles(folder);
        this.wanted = wanted;
    }

    /** @param dir a state folder, or its folder of calls */
    static FolderCalls of(Path dir, CallFilter wanted) throws Failure {
        if (!Files.isDirectory(dir)) {
            throw Failure.wrong("--dir " + dir + " is not a folder");
        }
        Path inner = dir.resolve(CallsPart.FOLDER);
        return new FolderCalls(Files.isDirectory(inner) ? inner : dir, wanted);
    }

    @Override
    public FoundCalls find(Place from, int max) throws Failure {
        return find(from, Math.min(max, MAX_PAGE), SEARCH);
    }

    private FoundCalls find(Place from, int max, long bytes) throws Failure {
        try {
            return new CallSearch(files, wanted).find(from, max, bytes);
        } catch (IOException e) {
            throw Failure.failed(folder + " can't be read: " + e.getMessage());
        }
    }

    @Override
    public void follow(Consumer<String> lines, Consumer<String> missed) throws Failure {
        long last = newest();
        while (true) {
            List<String> found = newer(last);
            Collections.reverse(found);
            for (String line : found) {
                lines.accept(line);
                last = Math.max(last, CallSearch.number(line));
            }
            if (found.size() >= FILES * MAX_NEW) {
                missed.accept("some");
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private long newest() throws Failure {
        try {
            List<String> lines = new CallSearch(files, new CallFilter())
                    .find(Place.NEWEST, 1, SEARCH)
                    .lines();
            return lines.isEmpty() ? -1 : CallSearch.number(lines.get(0));
        } catch (IOException e) {
            throw Failure.failed(folder + " can't be read: " + e.getMessage());
        }
    }

    /** The newest first. */
    private List<String> newer(long than) throws Failure {
        List<String> newer = new ArrayList<>();
        Optional<Place> from = Optional.of(Place.NEWEST);
        for (int i = 0; i < FILES && from.isPresent(); i++) {
            FoundCalls found = find(from.get(), MAX_NEW, 1);
            found.lines().stream()
                    .filter(line -> CallSearch.number(line) > than)
                    .forEach(newer::add);
            from = found.next();
        }
        return newer;
    }
}
