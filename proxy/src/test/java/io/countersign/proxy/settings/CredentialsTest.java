package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Named;
import io.countersign.proxy.credentials.CredentialsConfig.ProviderConfig;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/";

    private static final String CHAIN = """
            credentials {
              base { profile = "p" }
              first { source = base, role-arn = "%1$sfirst" }
              second { source = first, role-arn = "%1$ssecond", duration = 30 m }
            }
            """.formatted(ROLE);

    private static CredentialsConfig read(String settings) {
        return Load.good("credentials.c { " + settings + " }").credentials().get("c");
    }

    private static ProviderConfig provider(String settings) {
        return read(settings).provider();
    }

    @Test
    void eachTypeIsASourceOfItsOwn() {
        assertEquals(new CredentialsConfig.DefaultChain(), provider("type = default"));
        assertEquals(new CredentialsConfig.EnvironmentVariables(), provider("type = environment"));
        assertEquals(new CredentialsConfig.Container(), provider("type = container"));
        assertEquals(new CredentialsConfig.Instance(), provider("type = instance"));
        assertEquals(new CredentialsConfig.Profile("p"), provider("type = profile, profile = p"));
        assertEquals(provider("access-key-id = AKID, secret-access-key = s"), provider("""
                type = static, access-key-id = AKID, secret-access-key = s"""));
    }

    @Test
    void stsIsAskedToWhomTheyBelongOnlyIfThatIsWanted() {
        assertTrue(read("access-key-id = AKID, secret-access-key = s, identify = true")
                .identify());
        assertFalse(read("access-key-id = AKID, secret-access-key = s").identify());
        assertEquals(List.of(), Load.warnings("credentials.default { type = environment, identify = true }"));
    }

    @Test
    void aWebIdentityIsTheRoleItself() {
        CredentialsConfig config = read("""
                web-identity-token-file = "tokens/sts", role-arn = "%sirsa", duration = 2 h, sts-region = eu-west-1
                """.formatted(ROLE));

        assertEquals(
                new CredentialsConfig.WebIdentity(
                        Load.NOWHERE.resolve("tokens/sts"),
                        ROLE + "irsa",
                        CredentialsConfig.AUTO,
                        7200,
                        new Sts(Optional.of("eu-west-1"), Optional.empty(), Optional.empty())),
                config.provider());
        assertEquals(Optional.empty(), config.assumeRole());
    }

    @Test
    void aRoleHasTagsAndItsOwnSts() {
        AssumeRole role = read("""
                role-arn = "%sr", external-id = e1, session-name = me, fips = true, sts-region = us-west-2
                tags { team = metrics, "cost center" = 12 }
                """.formatted(ROLE)).assumeRole().orElseThrow();

        assertEquals(
                new AssumeRole(
                        ROLE + "r",
                        Optional.of("e1"),
                        "me",
                        3600,
                        Map.of("team", "metrics", "cost center", "12"),
                        new Sts(Optional.of("us-west-2"), Optional.empty(), Optional.of(true))),
                role);
    }

    @Test
    void aChainHoldsAllBelowIt() {
        Map<String, CredentialsConfig> named = Load.good(CHAIN).credentials();

        assertEquals(new Named(named.get("first")), named.get("second").provider());
        assertEquals(new Named(named.get("base")), named.get("first").provider());
    }

    @Test
    void aChainDiffersWhenItsLastSourceDoes() {
        CredentialsConfig before = Load.good(CHAIN).credentials().get("second");
        CredentialsConfig same = Load.good(CHAIN).credentials().get("second");
        CredentialsConfig after =
                Load.good(CHAIN.replace("\"p\"", "other")).credentials().get("second");

        assertEquals(before, same);
        assertNotEquals(before, after);
    }

    @Test
    void aCircleIsOneFaultThatNamesIt() {
        List<String> faults = Load.faults(Load.with("""
                credentials {
                  a { source = b, role-arn = "%1$sa" }
                  b { source = c, role-arn = "%1$sb" }
                  c { source = a, role-arn = "%1$sc" }
                }
                """.formatted(ROLE)), Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("leads in a circle, a, b, c, a"), faults.get(0));
    }

    @Test
    void aRoleAssumedByARoleLastsAnHourAtMost() {
        List<String> faults = Load.faults(Load.with(CHAIN.replace("30 m", "2 h")), Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("(credentials.second.duration): is more than 1 h"), faults.get(0));
    }
}
