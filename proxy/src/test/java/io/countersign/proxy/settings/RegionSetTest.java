package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.signing.RegionSet;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.SignatureAlgorithm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes whose signatures are valid in several regions: where those come from, and what is refused. */
class RegionSetTest {
    private static final String V4A = "routes.m.signature = v4a\n";
    private static final String OWN_NAME = V4A + "routes.m.upstream = \"https://api.example.com\"\n";
    private static final String S3_ALIAS =
            V4A + "routes.m.upstream = \"https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com\"\n";

    @Test
    void signsInOneRegionUnlessTheRouteSaysOtherwise() {
        assertEquals(
                SignatureAlgorithm.V4, SignatureForm.of(signing("")).context().algorithm());
    }

    @Test
    void isTheHostsRegionUnlessItIsSet() {
        SigningConfig signing = signing(V4A);

        assertEquals(SignatureAlgorithm.V4A, SignatureForm.of(signing).context().algorithm());
        assertEquals("us-east-1", SignatureForm.of(signing).context().region());
        assertEquals(
                "us-east-1,eu-*",
                SignatureForm.of(signing(V4A + "routes.m.region-set = \"us-east-1, eu-*\""))
                        .context()
                        .region());
    }

    @Test
    void isAllRegionsForAMultiRegionAccessPoint() {
        SigningConfig signing = signing(S3_ALIAS);

        assertEquals("s3", signing.service());
        assertEquals("*", signing.scope().regions());
        assertEquals(PathStyle.S3, signing.pathEncoding());
        assertTrue(signing.isS3());
        assertTrue(!signing.namesRegion());
        assertEquals(
                "eu-west-1",
                signing(S3_ALIAS + "routes.m.region-set = eu-west-1").scope().regions());
    }

    @Test
    void isAllRegionsForAGlobalEndpointOfEventBridge() {
        SigningConfig signing =
                signing(V4A + "routes.m.upstream = \"https://abcde.veo.endpoint.events.amazonaws.com\"");

        assertEquals("events", signing.service());
        assertEquals("*", signing.scope().regions());
    }

    @Test
    void mustBeSetForANameOfYourOwn() {
        SigningConfig signing =
                signing(OWN_NAME + "routes.m { service = execute-api, region-set = \"us-east-1,eu-west-1\" }");

        assertEquals("us-east-1,eu-west-1", signing.scope().regions());
        assertTrue(fault(OWN_NAME + "routes.m.service = execute-api")
                .contains("(routes.m.region-set): api.example.com does not say how to sign for it; set region-set"));
        assertTrue(fault(OWN_NAME).contains("set service and region-set"));
        // One of a name is the API's own, and so the one that STS is asked in.
        assertEquals(
                "eu-west-1",
                signing(OWN_NAME + "routes.m { service = execute-api, region-set = eu-west-1 }")
                        .region());
    }

    @Test
    void takesTheHostsRegionWhereEachRequestSaysTheHost() {
        String fromHost = V4A + "routes.m { upstream = from-host, match.hosts = [logs.eu-west-1.amazonaws.com] }\n"
                + "access.allowed-hosts = [logs.eu-west-1.amazonaws.com]\n";
        SigningConfig shared = signing(fromHost);

        assertEquals("eu-west-1", shared.in("eu-west-1").scope().regions());
        assertEquals(
                "eu-*",
                signing(fromHost + "routes.m.region-set = \"eu-*\"")
                        .in("eu-west-1")
                        .scope()
                        .regions());
    }

    @Test
    void refusesARegionBesides() {
        String fault = fault(V4A + "routes.m.region = eu-west-1");

        assertTrue(
                fault.contains(
                        "(routes.m.region): is not in the scope of signature = v4a; write region-set = \"eu-west-1\""),
                fault);
    }

    @Test
    void namesTheSettingThatAHostOfSeveralRegionsNeeds() {
        for (String host : List.of("x.mrap.accesspoint.s3-global.amazonaws.com", "x.endpoint.events.amazonaws.com")) {
            String fault = fault("routes.m { upstream = \"https://" + host + "\", service = s3, region = us-east-1 }");

            assertTrue(
                    fault.contains(
                            host
                                    + " stands for several regions, and so only takes Signature Version 4A; write signature = v4a"),
                    fault);
        }
    }

    @Test
    void warnsOfWhatMeansNothing() {
        assertTrue(warning("routes.m.region-set = us-east-1").contains("means nothing unless signature = v4a"));
        assertTrue(warning("routes.m { auth = none, signature = v4a }").contains("means nothing with auth = none"));
    }

    @Test
    void warnsOfASetThatLeavesTheHostsRegionOut() {
        assertTrue(
                warning(V4A + "routes.m.region-set = \"eu-west-1,us-west-*\"").contains("leaves out us-east-1"));
        assertEquals(List.of(), Load.warnings(V4A + "routes.m.region-set = \"eu-west-1,us-*\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"\"", "\"us-east-1,\"", "\"us east-1\"", "\"US-EAST-1\"", "\"us-east-1;eu-west-1\"", "\"a/b\""
            })
    void refusesWhatIsNoSet(String set) {
        assertTrue(fault(V4A + "routes.m.region-set = " + set).contains("region-set"));
    }

    @Test
    void refusesAnUnknownSignature() {
        assertTrue(fault("routes.m.signature = v5").contains("\"v5\" is not one of v4, v4a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* | us-east-1 | true",
                "us-* | us-east-1 | true",
                "us-* | eu-west-1 | false",
                "*-1 | us-east-1 | true",
                "u*s*-1 | us-east-1 | true",
                "us-*-east-1 | us-east-1 | false",
                "eu-west-1,us-east-1 | us-east-1 | true",
                "us-east-1 | us-east-10 | false",
                "us-east-1* | us-east-1 | true"
            })
    void coversRegionsByNameAndByPattern(String set, String region, boolean covered) {
        assertEquals(covered, RegionSet.parse(set).orElseThrow().covers(region));
    }

    @Test
    void namesOneRegionOrNone() {
        assertEquals(Optional.of("us-east-1"), RegionSet.parse("us-east-1").flatMap(RegionSet::single));
        assertEquals(Optional.empty(), RegionSet.parse("us-east-1,eu-west-1").flatMap(RegionSet::single));
        assertEquals(Optional.empty(), RegionSet.parse("*").flatMap(RegionSet::single));
    }

    private static SigningConfig signing(String settings) {
        return Load.good(settings).routes().get(0).signing().orElseThrow();
    }

    private static String fault(String settings) {
        List<String> faults = Load.faults(Load.with(settings), Map.of());
        assertEquals(1, faults.size(), faults::toString);
        return faults.get(0);
    }

    private static String warning(String settings) {
        List<String> warnings = Load.warnings(settings);
        assertEquals(1, warnings.size(), warnings::toString);
        return warnings.get(0);
    }
}
