package io.countersign.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line as it was typed. Java decodes it by the locale, and where none is set each byte outside ASCII is lost to
 * a replacement character, which would then be signed and sent. So the bytes themselves are read, as UTF-8.
 */
final class Arguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private Arguments() {}

    /** What was typed for {@code decoded}, which is what Java made of it. */
    static String[] asTyped(String... decoded) throws CommandFailure {
        boolean plain = true;
        for (String argument : decoded) {
            // '?' is what some versions of Java put in place of a byte.
            plain &= argument.chars().allMatch(c -> c < 0x80 && c != '?');
        }
        return plain ? decoded : of(decoded, commandLine());
    }

    /** @param line the process's command line, each part followed by a zero byte; empty where the system shows none */
    static String[] of(String[] decoded, byte[] line) throws CommandFailure {
        List<byte[]> parts = split(line);
        int before = parts.size() - decoded.length;
        String[] typed = new String[decoded.length];
        for (int i = 0; i < decoded.length; i++) {
            typed[i] = before > 0 ? utf8(parts.get(before + i), i) : unlessReplaced(decoded[i], i);
            if (isAscii(typed[i]) && !typed[i].equals(decoded[i])) {
                return of(decoded, new byte[0]); // what the system shows are not these arguments
            }
        }
        return typed;
    }

    private static String utf8(byte[] bytes, int index) throws CommandFailure {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw CommandFailure.wrong("argument " + (index + 1) + " is not UTF-8: type it in a terminal that is set to"
                    + " UTF-8, or put the request's body into a file (-d @FILE)");
        }
    }

    private static String unlessReplaced(String decoded, int index) throws CommandFailure {
        if (decoded.indexOf('\uFFFD') >= 0) {
            throw CommandFailure.wrong("argument " + (index + 1)
                    + " has characters that Java can't read in this locale: set LC_ALL=C.UTF-8");
        }
        return decoded;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static List<byte[]> split(byte[] line) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < line.length; i++) {
            if (line[i] == 0) {
                parts.add(Arrays.copyOfRange(line, start, i));
                start = i + 1;
            }
        }
        return parts;
    }

    private static byte[] commandLine() {
        try {
            return Files.readAllBytes(COMMAND_LINE);
        } catch (IOException e) {
            return new byte[0]; // not on every system
        }
    }
}
