package io.countersign.proxy.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table in the code and the one in docs/ANSWERS.md are the same, and no row of it makes an agent drop its data. */
class LocalCauseTest {
    /** What the caller itself did, and what its operator said of it. */
    private static final Set<LocalCause> OF_THE_CALLER = EnumSet.range(LocalCause.MALFORMED, LocalCause.VERSION);

    @Test
    void theManualShowsTheTable() throws IOException {
        List<String> manual = Files.readString(Path.of("../docs/ANSWERS.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && line.contains("`") && !line.startsWith("| cause"))
                .toList();

        assertEquals(
                String.join(
                        "\n",
                        Arrays.stream(LocalCause.values())
                                .map(LocalCauseTest::row)
                                .toList()),
                String.join("\n", manual));
    }

    private static String row(LocalCause cause) {
        return "| " + cause.what() + " | " + status(cause.kept()) + " | " + status(cause.elsewhere()) + " | `"
                + cause.token() + "` |";
    }

    private static String status(int status) {
        return status == LocalCause.AS_IT_IS ? "as it is" : String.valueOf(status);
    }

    @Test
    void whatIsNotTheCallersDoingIsAlways503WhereDataIsKept() {
        for (LocalCause cause : LocalCause.values()) {
            assertEquals(!OF_THE_CALLER.contains(cause), cause.kept() == 503, cause::name);
        }
    }

    @Test
    void noAnswerIs500() {
        for (LocalCause cause : LocalCause.values()) {
            assertTrue(cause.kept() != 500 && cause.elsewhere() != 500, cause::name);
        }
    }
}
