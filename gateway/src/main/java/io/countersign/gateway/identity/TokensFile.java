package io.countersign.gateway.identity;

import io.countersign.proxy.state.EditedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A tokens file as the commands edit it, which {@link EditedFile} does; comments stay. */
public final class TokensFile {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String HEAD = "# Tokens by their SHA-256; edit with countersign token add and token remove.\n";
    private static final long MAX_BYTES = 1L << 20;

    private final Path file;

    /** An edit that can't be done; each line says what is wrong and what would be right. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final transient List<String> lines;

        Refused(List<String> lines) {
            super(String.join("; ", lines), null, false, false);
            this.lines = List.copyOf(lines);
        }

        public List<String> lines() {
            return lines;
        }
    }

    /**
     * A token that has been made.
     *
     * @param secret what its holder presents; from here on nothing else knows it
     * @param where file and line of its entry
     */
    public record Added(String secret, String where) {
        @Override
        public String toString() {
            return "Added[where=" + where + "]";
        }
    }

    /** A text in place of the file's, and what to say of it. */
    private record Edit<T>(String text, T result) {}

    private interface Work<T> {
        Edit<T> on(String text, TokensText tokens) throws Refused;
    }

    public TokensFile(Path file) {
        this.file = file;
    }

    /** The tokens that are in it. */
    public TokenTable read() throws IOException, Refused {
        try (FileChannel content = FileChannel.open(file, StandardOpenOption.READ)) {
            return parsed(text(content)).table();
        }
    }

    /** Adds a token with a new secret; makes the file where there is none, for its owner alone. */
    public Added add(Token token, SecureRandom random) throws IOException, Refused {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createFile(file, OWNER_ALONE);
            } catch (FileAlreadyExistsException e) {
                // By another editor, at the same moment.
            }
        }
        String secret = TokenSecret.random(random);
        return edit((text, tokens) -> {
            Optional<Integer> there = tokens.line(token.name());
            if (there.isPresent()) {
                throw new Refused(List.of(file + ":" + there.get()
                        + ": has a token of that name already; remove it first, or choose" + " another name"));
            }
            String before = text.isEmpty() ? HEAD : text.endsWith("\n") ? text : text + "\n";
            String line = new TokenLine(token, TokenSecret.digest(secret)).written();
            return new Edit<>(before + line + "\n", new Added(secret, file + ":" + before.split("\n", -1).length));
        });
    }

    /** Removes the token of that name; returns file and line where it was. */
    public String remove(String name) throws IOException, Refused {
        return edit((text, tokens) -> {
            int line = tokens.line(name)
                    .orElseThrow(() -> new Refused(List.of(
                            file + " has no token of that name; countersign token list shows" + " those that it has")));
            List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
            lines.remove(line - 1);
            return new Edit<>(String.join("\n", lines), file + ":" + line);
        });
    }

    /** What is wrong with who may read or write the file, if anything is. */
    public Optional<String> exposure() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return Optional.empty(); // no such thing here
        }
        Set<PosixFilePermission> mode = view.readAttributes().permissions();
        boolean written =
                mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.OTHERS_WRITE);
        String who = written ? "others can write to " : "every user can read ";
        return written || mode.contains(PosixFilePermission.OTHERS_READ)
                ? Optional.of(who + file + " (" + PosixFilePermissions.toString(mode)
                        + "); chmod 600 it, or 640 for a group that reads it")
                : Optional.empty();
    }

    private <T> T edit(Work<T> work) throws IOException, Refused {
        if (Files.isSymbolicLink(file)) {
            throw new Refused(List.of(file
                    + " is a symbolic link, as in a mounted Secret, and an edit would put a file in its place: edit"
                    + " what it is made from, or name the file it leads to, " + Files.readSymbolicLink(file)));
        }
        return new EditedFile(file).apply(content -> {
            String text = text(content);
            Edit<T> edit = work.on(text, parsed(text));
            return EditedFile.Change.of(0, edit.text(), content.size(), edit.result());
        });
    }

    private String text(FileChannel content) throws IOException, Refused {
        if (content.size() > MAX_BYTES) {
            throw new Refused(List.of(file + " has more than " + MAX_BYTES + " bytes, so it is not a tokens file"));
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) content.size());
        while (bytes.hasRemaining() && content.read(bytes, bytes.position()) >= 0) {
            // Until all of it is there.
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new Refused(List.of(file + " is not UTF-8, so it is not a tokens file"));
        }
    }

    private TokensText parsed(String text) throws Refused {
        List<String> faults = new ArrayList<>();
        TokensText tokens = TokensText.of(text, file.toString(), (where, what) -> faults.add(where + ": " + what));
        if (!faults.isEmpty()) {
            throw new Refused(faults);
        }
        return tokens;
    }
}
