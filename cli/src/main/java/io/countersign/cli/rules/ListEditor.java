package io.countersign.cli.rules;

import io.countersign.proxy.config.Until;
import io.countersign.proxy.state.EditedFile;
import io.countersign.proxy.state.EditedFile.Change;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Edits one list file, as {@link EditedFile} does. */
public final class ListEditor {
    private static final Pattern UNTIL = Pattern.compile("(?i)(?:^|.*[^a-z0-9_-])until[^a-z0-9_-]\\s*(.*)$");

    private final Path file;
    private final Instant now;

    /** An edit that would do harm; its message says what to do instead. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    public ListEditor(Path file, Instant now) {
        this.file = file;
        this.now = now;
    }

    /** Returns what was done, with file and line. */
    public String apply(Edit edit) throws IOException, Refused {
        if (Files.isSymbolicLink(file)) {
            throw new Refused(
                    file + " is a symbolic link, as in a mounted ConfigMap, and an edit would put a file in its"
                            + " place: edit what it is made from (kubectl edit configmap ...), or name the file it leads to, "
                            + Files.readSymbolicLink(file) + ", with --file");
        }
        return new EditedFile(file).apply(content -> change(edit, content));
    }

    private Change<String> change(Edit edit, FileChannel content) throws IOException {
        ListText text = ListText.of(content, edit.cidr());
        if (text.found().isEmpty()) {
            String added = edit.line();
            return Change.of(
                    text.size(),
                    (text.endsOpen() ? text.lineEnd() : "") + added + text.lineEnd(),
                    text.size(),
                    file + ":" + (text.lines() + 1) + ": added: " + added);
        }
        ListText.Line found = text.found().get();
        String line = edit.line(found.entry(), found.comment(), end(found.comment()));
        String place = file + ":" + found.number() + ": ";
        if (line.equals(found.text())) {
            return Change.none(place + "unchanged: " + line);
        }
        if (edit.comment().isEmpty() && edit.until().isEmpty() && !hasEnded(found.comment())) {
            return Change.none(place + "unchanged: " + found.text().strip());
        }
        return Change.of(found.start(), line, found.end(), place + "changed: " + line);
    }

    private static Optional<Instant> untilOf(String comment) {
        Matcher until = UNTIL.matcher(comment);
        return until.matches() ? Optional.of(Until.time(until.group(1).strip())) : Optional.empty();
    }

    private Optional<Instant> end(String comment) {
        return untilOf(comment).filter(now::isBefore);
    }

    private boolean hasEnded(String comment) {
        return untilOf(comment).isPresent() && end(comment).isEmpty();
    }
}
