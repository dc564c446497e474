package io.countersign.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.Load;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be parsed is described by the line to change and what to write there. */
class ParseFaultTest {

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        "countersign {\n  routes { m { \n upstream = https://abc.example.com/prod\n } }\n}",
                        "text:3: a URL must be in double quotes; write upstream = \"https://...\""),
                Arguments.of(
                        "countersign {\n  routes { m { upstream = \"https://abc.example.com/prod\"\n }\n}\n",
                        "text:1: the { opened here is not closed"),
                Arguments.of(
                        "countersign {\n  routes.m { upstream = https://abc.example.com/prod }\n}",
                        "text:2: a URL must be in double quotes; write upstream = \"https://...\""),
                Arguments.of(
                        "countersign { routes.m { upstream: https://abc.example.com/prod, region = a } }",
                        "text:1: a URL must be in double quotes"),
                Arguments.of(
                        "countersign {\n # see https://example.com\n a { // or http://example.com\n }\n",
                        "text:1: the { opened here is not closed"),
                Arguments.of(
                        "countersign {\n listeners = [{ bind = 127.0.0.1:8005 }]\n}",
                        "text:2: a value with a colon must be in double quotes"),
                Arguments.of(
                        "countersign {\n access.allow = [::1]\n}",
                        "text:2: a value with a colon must be in double quotes"),
                Arguments.of(
                        "countersign {\n credentials.c {\n role-arn = arn:aws:iam::111122223333:role/r\n }\n}",
                        "text:3: a value with a colon must be in double quotes"),
                Arguments.of(
                        "countersign {\n routes.m.headers.set { x-api-key = file:key }\n}",
                        "text:2: a value with a colon must be in double quotes"),
                Arguments.of("countersign {\n}\n}\n", "text:3: this } has no opening counterpart"),
                Arguments.of("countersign {\n a = [1, 2\n}\n", "text:3: this } closes the [ of line 2"),
                Arguments.of(
                        "countersign {\n a = \"abc\n}\n",
                        "text:2: a double quote is opened and not closed on its line"),
                Arguments.of(
                        "countersign {\n  routes [ { upstream = \"https://x.example\" } ]\n}",
                        "text:2: routes is a map by name"),
                Arguments.of("countersign {\n  routes [\n { a = b } ]\n}", "text:2: routes is a map by name"),
                Arguments.of(
                        "countersign {\n  access { allow [\"10.0.0.1\"] }\n}", "text:2: a key and its list need ="),
                Arguments.of(
                        "countersign:\n  routes:\n    m:\n      upstream: https://abc.example.com/prod\n",
                        "text:1: this looks like YAML"),
                Arguments.of(
                        "# Ours\ncountersign:\n  listeners:\n    - bind: 127.0.0.1:8005\n",
                        "text:2: this looks like YAML"),
                Arguments.of(
                        "countersign:\n  routes:\n    m: {upstream: \"https://abc.example.com/prod\"}\n",
                        "text:1: this looks like YAML"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatToWrite(String text, String fault) {
        List<String> faults = Load.faults(text, Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith(fault), faults::toString);
    }

    @Test
    void repeatsNothingThatMayBeASecret() {
        for (String secret : List.of("wJalr'XUt\"nFEMI", "wJalrXUtnFEMI", "wJalr, XUtn) FEMI", "wJalr}XUtnFEMI")) {
            for (String text : List.of(
                    "countersign { credentials.c { secret-access-key = " + secret + ": + } }",
                    "countersign { credentials.c { secret-access-key " + secret + " } }",
                    "countersign { credentials.c { secret-access-key = \"" + secret + " } }",
                    "countersign { a = @" + secret + " }")) {
                LoadResult result =
                        HoconSource.text(text, Load.NOWHERE, Map.of()).load();

                assertFalse(result.toString().contains("wJalr"), () -> text + "\n" + result);
                assertFalse(result.toString().contains("FEMI"), () -> text + "\n" + result);
            }
        }
    }

    @Test
    void aVariableWithinQuotesIsNamed() {
        List<String> faults = Load.faults(
                "countersign { routes.m { upstream = \"${UPSTREAM}\" } }", Map.of("UPSTREAM", "https://a.example"));

        assertEquals(
                List.of("text:1 (routes.m.upstream): ${UPSTREAM} is not replaced within quotes; write it outside them:"
                        + " ${UPSTREAM}"),
                faults);
    }

    @Test
    void routesInAListGetTheirForm() {
        List<String> faults = Load.faults("countersign { routes = [ { a = b } ] }", Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("routes { NAME { ... } }"), faults::toString);
    }

    @Test
    void anIpv6LiteralOfTheEnvironmentNeedsNoQuotes() {
        ProxyConfig config = Load.good("", Map.of("COUNTERSIGN_ADMIN_BIND", "[::1]:9006"));

        assertEquals(new HostPort("::1", 9006), config.admin().bind());
        assertEquals(
                Optional.of(new HostPort("::1", 9005)),
                Load.good("", Map.of("COUNTERSIGN_LISTENERS_0_BIND", "[::1]:9005"))
                        .listeners()
                        .get(0)
                        .bind()
                        .tcp());
    }
}
