package io.countersign.gateway.console.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Calls;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesResourceTest {
    @TempDir
    Path folder;

    /** Rules of which some change nothing, for each reason that there is. */
    static ProxyConfig config(Path folder) {
        return config(folder, """
                10.0.0.0/8
                10.1.0.0/16
                10.2.0.0/16 # until 2099-01-31
                10.3.0.0/16 # until 2020-01-31
                10.6.6.6
                10.0.0.0/8
                192.168.0.0/16
                """);
    }

    private static ProxyConfig config(Path folder, String allow) {
        try {
            Files.writeString(folder.resolve("allow.list"), allow);
            Files.writeString(folder.resolve("deny.list"), "10.6.6.0/24\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LoadResult result = HoconSource.text("""
                        countersign {
                          access { allow-files = [allow.list], deny-files = [deny.list], allow-users = [root], deny-users = [root] }
                          routes.a { upstream = "http://127.0.0.1:9", auth = none }
                        }
                        """, folder, Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
    }

    private static String asked(ProxyConfig config, String query) throws Exception {
        return Ask.get(new RulesResource(() -> config, new Calls(0)), query);
    }

    @Test
    void eachEntrySaysWhyItChangesNothing() throws Exception {
        String json = asked(config(folder), "");
        assertEquals("", idle(json, "10.0.0.0/8"));
        assertEquals("", idle(json, "192.168.0.0/16"));
        assertEquals(
                "\"idle\":\"shadowed\",\"idle_by\":\"allow.list:1\",\"idle_by_text\":\"10.0.0.0/8\"",
                idle(json, "10.1.0.0/16"));
        assertEquals(
                "\"idle\":\"shadowed\",\"idle_by\":\"allow.list:1\",\"idle_by_text\":\"10.0.0.0/8\"",
                idle(json, "10.2.0.0/16"));
        assertEquals(
                "\"idle\":\"contradictory\",\"idle_by\":\"deny.list:1\",\"idle_by_text\":\"10.6.6.0/24\"",
                idle(json, "10.6.6.6"));
        assertTrue(
                json.contains("\"kind\":\"user\",\"text\":\"root\",\"place\":\"access.allow-users[0]\",\"ended\":false,"
                        + "\"idle\":\"contradictory\",\"idle_by\":\"access.deny-users[0]\""),
                json);
    }

    private static String idle(String json, String text) {
        Matcher rule = Pattern.compile("\\{\"list\":[^{}]*\"text\":\"" + Pattern.quote(text) + "\"[^{}]*}")
                .matcher(json);
        assertTrue(rule.find(), () -> text + " in " + json);
        Matcher idle = Pattern.compile("\"idle\":.*?(?=,\"hits\")").matcher(rule.group());
        return idle.find() ? idle.group() : "";
    }

    @Test
    void allOfThemAreCountedOnWhicheverPageTheyAre() throws Exception {
        String json = asked(config(folder), "limit=1");
        assertTrue(
                json.contains("\"idle\":[{\"why\":\"expired\",\"count\":1,\"first\":[{\"place\":\"allow.list:4\","
                        + "\"text\":\"10.3.0.0/16\",\"until\":\"2020-02-01T00:00:00Z\"}]},{\"why\":\"duplicate\",\"count\":1,"
                        + "\"first\":[{\"place\":\"allow.list:6\",\"text\":\"10.0.0.0/8\",\"by\":\"allow.list:1\","),
                json);
        assertTrue(json.contains("{\"why\":\"shadowed\",\"count\":3,"), json);
        assertTrue(json.contains("{\"why\":\"contradictory\",\"count\":2,"), json);
    }

    @Test
    void aLongListIsCountedAsAWholeAndNamedInPart() throws Exception {
        StringBuilder list = new StringBuilder("10.0.0.0/8\n");
        for (int i = 0; i < 100_000; i++) {
            list.append("10.")
                    .append(i >> 16)
                    .append('.')
                    .append(i >> 8 & 255)
                    .append('.')
                    .append(i & 255)
                    .append('\n');
        }
        String json = asked(config(folder, list.toString()), "limit=1");
        assertTrue(json.contains("{\"why\":\"shadowed\",\"count\":100000,"), json);
        assertTrue(json.length() < 20_000, () -> json.length() + " characters");
    }

    @Test
    void listsThatWereReplacedAreLookedAtAnew() throws Exception {
        ProxyConfig[] config = {config(folder)};
        RulesResource resource = new RulesResource(() -> config[0], new Calls(0));
        assertTrue(Ask.get(resource, "").contains("\"why\":\"shadowed\""));
        config[0] = config(folder, "192.168.0.0/16\n");
        assertFalse(Ask.get(resource, "").contains("\"why\":\"shadowed\""));
    }
}
