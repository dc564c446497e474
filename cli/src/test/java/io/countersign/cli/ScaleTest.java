package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tables of docs/SCALE.md are what scripts/scale prints, from figures that docs/BENCHMARKS.md has. */
class ScaleTest {
    private static String scale(Map<String, String> variables) throws IOException, InterruptedException {
        ProcessBuilder script = new ProcessBuilder("../scripts/scale").redirectErrorStream(true);
        script.environment().putAll(variables);
        Process process = script.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void thePageShowsWhatTheScriptPrints() throws Exception {
        String page = Files.readString(Path.of("../docs/SCALE.md"));
        for (Map<String, String> variables :
                List.of(Map.<String, String>of(), Map.of("DEADLINE", "30"), Map.of("SERIES", "100000"))) {
            String table = scale(variables);
            assertTrue(page.contains("```\n" + table + "```\n"), "not on the page, with " + variables + ":\n" + table);
        }
    }

    @Test
    void whatItAssumesOfUsIsMeasured() throws Exception {
        String measured = Files.readString(Path.of("../docs/BENCHMARKS.md"));
        String script = Files.readString(Path.of("../scripts/scale"));
        for (String figure : List.of("CPU_MICROS=39.9 ", "IDLE_MIB=104 ")) {
            assertTrue(script.contains(figure), figure);
        }
        assertTrue(measured.contains("39.9"), "the time of a request");
        assertTrue(measured.contains("**104, 74 MiB**"), "the memory at rest");
    }

    @Test
    void aPriceIsAskedFor() throws Exception {
        assertTrue(!scale(Map.of()).contains("price"));
        String table = scale(Map.of("AGENTS", "100000", "PRICE", "2"));
        assertTrue(table.endsWith("103,680\n"), table);
    }
}
