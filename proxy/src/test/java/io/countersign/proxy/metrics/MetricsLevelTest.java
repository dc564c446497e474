package io.countersign.proxy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsLevelTest {
    private static final Pattern NAME = Pattern.compile("`([a-z_]+?)(?:_total)?`");

    @Test
    void theManualListsWhatTheBasicLevelShows() throws IOException {
        String manual = Files.readString(Path.of("../docs/OBSERVABILITY.md"));
        int begin = manual.indexOf("for sidecars by the thousand:");
        Matcher names = NAME.matcher(manual.substring(begin, manual.indexOf("What is left out", begin)));
        Set<String> listed = new TreeSet<>();
        while (names.find()) {
            listed.add(names.group(1));
        }
        assertEquals(new TreeSet<>(MetricsLevel.BASIC_NAMES), listed);
    }
}
