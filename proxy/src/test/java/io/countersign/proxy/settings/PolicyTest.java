package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Warnings about what is allowed and hardly meant. */
class PolicyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$open, access.allow = [\"127.0.0.1\", \"::1\"] | only loopback is allowed",
                "access { allow = [\"10.1.0.0/16\"], deny = [\"10.0.0.0/8\"] } | entirely denied by access.deny[0] (10.0.0.0/8)",
                "access.allow = [\"172.17.0.0/16\"] | behind a bridge or NAT every caller has the bridge's address",
                "access.allow = [\"172.17.0.1\"] | behind a bridge or NAT",
                "$open, access.allow = [\"0.0.0.0/0\"] | everyone who can reach the port",
                "$open, access.allow = [\"::/0\"] | everyone who can reach the port",
                "routes.l { match.path-prefix = \"/l\", upstream = \"http://localhost:9/\", service = s3, region = x } | is http",
                "routes.m.region = us-west-2 | the host's name says us-east-1",
                "routes.m { auth = none, service = s3 } | means nothing with auth = none",
                "routes.m.limits.body = 10 | hardly meant",
                "limits.inflight = 5 | ignored, since unknown-keys is warn",
            })
    void warnsOfWhatCanHardlyBeMeant(String settings, String warning) {
        List<String> warnings = Load.warnings(settings.replace("$open", "listeners = [{ bind = \"0.0.0.0:8005\" }]"));

        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains(warning), warnings::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$open, access.allow = [\"10.0.0.0/8\", \"127.0.0.1\"]",
                "access.allow = [\"0.0.0.0/0\"]",
                "access { allow = [\"10.0.0.0/8\"], deny = [\"10.1.0.0/16\"] }",
                "access.allow = [\"172.32.0.0/16\"]",
            })
    void saysNothingOfWhatMakesSense(String settings) {
        assertEquals(List.of(), Load.warnings(settings.replace("$open", "listeners = [{ bind = \"0.0.0.0:8005\" }]")));
    }
}
