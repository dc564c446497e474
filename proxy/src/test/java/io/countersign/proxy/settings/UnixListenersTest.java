package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.listen.Bind;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnixListenersTest {
    private static final String SOCKET = "bind = \"unix:/run/countersign/http.sock\"";

    @Test
    void isForItsOwnerAloneUnlessAGroupIsNamed() {
        Bind.Unix alone = socket(SOCKET);
        assertEquals(Path.of("/run/countersign/http.sock"), alone.path());
        assertEquals("rw-------", PosixFilePermissions.toString(alone.mode()));
        assertEquals(Optional.empty(), alone.group());
        assertEquals("unix:/run/countersign/http.sock", alone.toString());

        Bind.Unix shared = socket(SOCKET + ", group = agents");
        assertEquals("rw-rw----", PosixFilePermissions.toString(shared.mode()));
        assertEquals(Optional.of("agents"), shared.group());
    }

    @Test
    void takesAModeAsTextAndAsANumber() {
        for (String mode : List.of("\"0662\"", "0662", "662")) {
            assertEquals(
                    "rw-rw--w-",
                    PosixFilePermissions.toString(
                            socket(SOCKET + ", mode = " + mode).mode()));
        }
    }

    @Test
    void takesAPathAsLongAsTheSystemDoes() {
        String path = "/run/" + "x".repeat(102);
        assertEquals(107, path.length());
        assertEquals(Path.of(path), socket("bind = \"unix:" + path + "\"").path());
    }

    @Test
    void comesFromAVariableOrTheCommandLineToo() {
        ProxyConfig config = Load.good("", Map.of("COUNTERSIGN_LISTENERS_0_BIND", "unix:/run/a.sock"));
        assertEquals("unix:/run/a.sock", config.listeners().get(0).bind().toString());

        LoadResult result = HoconSource.upstream(
                        Load.GATEWAY,
                        Optional.of("unix:/run/b.sock"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of())
                .load();
        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
        assertEquals(
                "unix:/run/b.sock", loaded.config().listeners().get(0).bind().toString());
    }

    @Test
    void needsNoAllowListAndCollidesWithNoPort() {
        assertEquals(List.of(), Load.warnings("listeners = [{ " + SOCKET + " }, { bind = \"127.0.0.1:0\" }]"));
    }

    @Test
    void warnsOfAddressesThatNobodyHas() {
        for (String setting :
                List.of("allow = [\"10.0.0.0/8\"]", "deny = [\"10.1.2.3\"]", "trusted-proxies = [\"10.1.2.3\"]")) {
            String access = ", access { " + setting + " }";
            List<String> vain = Load.warnings("listeners = [{ " + SOCKET + " }]" + access);
            assertEquals(1, vain.size(), vain::toString);
            assertTrue(vain.get(0).contains("access." + setting.substring(0, setting.indexOf(' '))), vain::toString);
            assertTrue(vain.get(0).contains("has no effect: callers by a Unix socket have no address"), vain::toString);
            assertEquals(
                    List.of(), Load.warnings("listeners = [{ " + SOCKET + " }, { bind = \"127.0.0.1:0\" }]" + access));
        }
    }

    @Test
    void warnsOfWhatLetsEverybodyInAndOfUsersThatNobodyHas() {
        List<String> open = Load.warnings("listeners = [{ " + SOCKET + ", mode = \"0666\" }]");
        assertEquals(1, open.size(), open::toString);
        assertTrue(open.get(0).contains("lets every user of this machine connect"), open::toString);
        assertEquals(
                List.of(),
                Load.warnings("listeners = [{ " + SOCKET + ", mode = \"0666\" }], access.allow-users = [0]"));

        List<String> unused = Load.warnings("access.deny-users = [0]");
        assertEquals(1, unused.size(), unused::toString);
        assertTrue(unused.get(0).contains("access.deny-users"), unused::toString);
        assertTrue(unused.get(0).contains("no listener is one"), unused::toString);
    }

    private static Bind.Unix socket(String listener) {
        ProxyConfig config = Load.good("listeners = [{ " + listener + " }]");
        return assertInstanceOf(Bind.Unix.class, config.listeners().get(0).bind());
    }
}
