package io.countersign.gateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The core alone refuses the gateway's choices that decide who may call: it has to know the same ones, and which changes nothing. */
class CoreKnowsTheChoicesTest {
    @ParameterizedTest
    @CsvSource({
        "access.unlisted, access.unlisted, deny",
        "routes.*.state, routes.m.state, live",
        "routes.*.approval, routes.m.approval, none"
    })
    void asTheGatewayHasThem(String setting, String path, String usual) throws IOException {
        Set<String> choices = choices(setting);
        for (String choice : choices) {
            LoadResult core = HoconSource.text(
                            "countersign { routes.m { upstream = \"http://127.0.0.1:9\", auth = none }, " + path + " = "
                                    + choice + " }",
                            Path.of("").toAbsolutePath(),
                            Map.of())
                    .with(List.of())
                    .load();
            if (choice.equals(usual)) {
                assertInstanceOf(LoadResult.Loaded.class, core, core::toString);
            } else {
                List<String> faults = assertInstanceOf(LoadResult.Faulty.class, core, core::toString).faults().stream()
                        .map(fault -> fault.what().replaceFirst("; .*", ""))
                        .toList();
                assertEquals(
                        List.of("\"" + choice + "\" decides who may call, and only the gateway acts on it"), faults);
            }
        }
        LoadResult other = HoconSource.text(
                        "countersign { routes.m { upstream = \"http://127.0.0.1:9\", auth = none }, " + path
                                + " = perhaps }",
                        Path.of("").toAbsolutePath(),
                        Map.of())
                .with(List.of())
                .load();
        assertEquals(
                List.of("\"perhaps\" is not one of " + String.join(", ", choices)),
                assertInstanceOf(LoadResult.Faulty.class, other, other::toString).faults().stream()
                        .map(fault -> fault.what())
                        .toList());
    }

    private static Set<String> choices(String setting) throws IOException {
        try (InputStream in = CoreKnowsTheChoicesTest.class.getResourceAsStream("/gateway-kinds.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(setting + " "))
                    .flatMap(line ->
                            List.of(line.substring(setting.length()).strip().split(" \\| ")).stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
