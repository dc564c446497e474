package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.signing.SignatureIn;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.sigv4.PathStyle;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresetTest {
    private static final String S3 = "routes.m.upstream = \"https://bucket.s3.eu-west-1.amazonaws.com\"\n";
    private static final String LATTICE =
            "routes.m.upstream = \"https://svc-0a1b.7d67968.vpc-lattice-svcs.us-east-1.on.aws\"\n";

    @ParameterizedTest
    @CsvSource({
        "https://abc123.execute-api.us-east-1.amazonaws.com/prod, execute-api, us-east-1, 10 MiB, 29 s",
        "https://abc123-vpce-0a1b.execute-api.us-east-1.amazonaws.com/prod, execute-api, us-east-1, 10 MiB, 29 s",
        "https://vpce-0a1b-x.execute-api.us-east-1.vpce.amazonaws.com/prod, execute-api, us-east-1, 10 MiB, 29 s",
        "https://abc123.execute-api.cn-north-1.amazonaws.com.cn, execute-api, cn-north-1, 10 MiB, 29 s",
        "https://abc123.execute-api.us-gov-west-1.amazonaws.com, execute-api, us-gov-west-1, 10 MiB, 29 s",
        "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1, aps, us-east-1, 10 MiB, 29 s",
        "https://search-x-abc.us-east-1.es.amazonaws.com, es, us-east-1, 10 MiB, 29 s",
        "https://abc.us-west-2.aoss.amazonaws.com, aoss, us-west-2, 10 MiB, 29 s",
        "https://logs.us-east-1.amazonaws.com, logs, us-east-1, 10 MiB, 29 s",
        "https://xray.us-east-1.amazonaws.com, xray, us-east-1, 5 MiB, 29 s",
        "https://monitoring.us-east-1.amazonaws.com, monitoring, us-east-1, 10 MiB, 29 s",
        "https://abcdef.lambda-url.us-east-1.on.aws, lambda, us-east-1, 6 MiB, 15 m",
        "https://s3.us-east-1.amazonaws.com, s3, us-east-1, 10 MiB, 29 s",
        "https://ap-123456789012.s3-accesspoint.us-east-1.amazonaws.com, s3, us-east-1, 10 MiB, 29 s",
        "https://svc-0a1b.7d67968.vpc-lattice-svcs.us-east-1.on.aws, vpc-lattice-svcs, us-east-1, 10 MiB, 29 s",
        "https://bedrock-runtime-fips.us-east-1.amazonaws.com, bedrock, us-east-1, 10 MiB, 1 h",
        "https://dynamodb.us-east-1.amazonaws.com, dynamodb, us-east-1, 10 MiB, 29 s",
        "https://sqs.us-east-1.amazonaws.com, sqs, us-east-1, 10 MiB, 29 s",
        "https://sts.us-east-1.amazonaws.com, sts, us-east-1, 10 MiB, 29 s",
    })
    void isChosenFromTheHost(String url, String service, String region, String body, String exchange) {
        RouteConfig route = Load.route("upstream = \"" + url + "\"");

        assertEquals(service, route.signing().orElseThrow().service());
        assertEquals(region, route.signing().orElseThrow().region());
        assertEquals(body, Units.text(route.conditions().maxBody()));
        assertEquals(exchange, Units.text(route.delivery().timeouts().exchange()));
    }

    @Test
    void isChosenFromTheServiceBehindAnotherName() {
        RouteConfig route = Load.route(
                "upstream = \"https://files.example.com\", service = s3, region = eu-west-1, payload = unsigned");

        SigningConfig signing = route.signing().orElseThrow();
        assertEquals(PathStyle.S3, signing.pathEncoding());
        assertEquals(PayloadMode.UNSIGNED, signing.payload());
        assertEquals(Set.of("content-md5"), route.rewrite().headers().signed());
        assertEquals(5L << 30, route.conditions().maxBody());
        assertEquals(Duration.ofHours(1), route.delivery().timeouts().exchange());
    }

    @Test
    void eachKeyOfTheRouteGoesBeforeIt() {
        RouteConfig route = Load.good(S3 + """
                routes.m { payload = unsigned, path-encoding = double, signed-headers = [range], limits.body = 1 GiB }
                routes.m.timeouts.request = 10 m
                """).routes().get(0);

        assertEquals(PathStyle.AWS, route.signing().orElseThrow().pathEncoding());
        assertEquals(Set.of("range"), route.rewrite().headers().signed());
        assertEquals(1L << 30, route.conditions().maxBody());
        assertEquals(Duration.ofMinutes(10), route.delivery().timeouts().exchange());
    }

    @Test
    void goesBeforeTheTimesOfAllRoutes() {
        RouteConfig lambda = Load.good("""
                timeouts { request = 10 s, pool-idle = 20 s }
                routes.m.upstream = "https://abcdef.lambda-url.us-east-1.on.aws"
                """).routes().get(0);

        assertEquals(Duration.ofMinutes(15), lambda.delivery().timeouts().exchange());
        assertEquals(
                Duration.ofSeconds(20),
                lambda.delivery().timeouts().connection().poolIdle());
    }

    @Test
    void signsTheBodyUnlessTheServiceRefusesThat() {
        assertEquals(PayloadMode.SIGNED, signing(S3).payload());
        assertEquals(PayloadMode.UNSIGNED, signing(LATTICE).payload());
        assertEquals(PayloadMode.SIGNED, signing("").payload());
    }

    @ParameterizedTest
    @ValueSource(strings = {"execute-api", "aps", "lambda", "dynamodb", "kinesis"})
    void refusesAnUnsignedBodyForAServiceThatDoesNotTakeIt(String service) {
        String fault = fault("routes.m { service = " + service + ", payload = unsigned }");

        assertTrue(
                fault.contains("(routes.m.payload): " + service + " takes no request whose body is not signed"), fault);
        assertTrue(fault.contains("s3, vpc-lattice-svcs"), fault);
    }

    @Test
    void refusesAnUnsignedBodyWithoutTls() {
        String fault = fault(
                "routes.m { upstream = \"http://localhost:9000\", service = s3, region = us-east-1, payload = unsigned }");

        assertTrue(fault.contains("write an https URL"), fault);
    }

    @Test
    void refusesASignedBodyForVpcLattice() {
        assertTrue(fault(LATTICE + "routes.m.payload = signed").contains("write payload = unsigned"));
    }

    @Test
    void aPresignedUrlOfS3LeavesTheBodyUnsigned() {
        assertEquals(
                PayloadMode.UNSIGNED,
                signing(S3 + "routes.m.signature-in = query").payload());
        assertEquals(
                PayloadMode.SIGNED, signing("routes.m.signature-in = query").payload());
        String outposts = "routes.m.upstream = \"https://ap-1.o-1.s3-outposts.us-east-1.amazonaws.com\"\n";
        assertEquals(
                PayloadMode.UNSIGNED,
                signing(outposts + "routes.m.signature-in = query").payload());
        assertEquals(PayloadMode.SIGNED, signing(outposts).payload());
        assertTrue(fault(outposts + "routes.m { signature-in = query, payload = signed }")
                .contains("write payload = unsigned"));
        assertTrue(fault(S3 + "routes.m { signature-in = query, payload = signed }")
                .contains("write payload = unsigned"));
    }

    @Test
    void anUnsignedBodyMayBeLargerThanAllThatIsHeld() {
        assertEquals(
                4L << 30,
                Load.good(S3 + "routes.m { payload = unsigned, limits.body = 4 GiB }\nlimits.buffered = 32 MiB")
                        .routes()
                        .get(0)
                        .conditions()
                        .maxBody());
        assertTrue(fault(S3 + "routes.m { payload = signed, limits.body = 80 MiB }\nlimits.buffered = 64 MiB")
                .contains("limits.buffered"));
    }

    @Test
    void warnsOfBodiesThatTheServiceWouldRefuse() {
        List<String> warnings = Load.warnings(S3 + "routes.m { payload = unsigned, limits.body = 6 GiB }");

        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains("write at most 5 GiB"), warnings.get(0));
    }

    @Test
    void saysOfAHostThatMatchesNoneWhatToSet() {
        assertTrue(fault("routes.m.upstream = \"https://api.example.com\"").contains("set service and region"));
        assertTrue(fault("routes.m { upstream = \"https://api.example.com\", service = execute-api }")
                .contains("(routes.m.region): api.example.com does not say how to sign for it; set region"));
        assertTrue(fault("routes.m.upstream = \"https://x.mrap.accesspoint.s3-global.amazonaws.com\"")
                .contains("only takes Signature Version 4A; write signature = v4a"));
    }

    @Test
    void aPresignedRequestIsGoodForAsLongAsIsSaid() {
        SigningConfig signing = signing("routes.m { signature-in = query, query-expires = 7 h }");

        assertEquals(new SignatureIn.Query(Duration.ofHours(7)), signing.signatureIn());
        assertTrue(fault("routes.m { signature-in = query, query-expires = 8000 h }")
                .contains("to 168 h"));
        assertEquals(1, Load.warnings("routes.m.query-expires = 7 h").size());
    }

    @Test
    void theSignedHostNamesTheServiceWhereTheConnectionGoesElsewhere() {
        RouteConfig route = Load.good("""
                routes.m.upstream {
                  url = "https://vpce-0a1b.example.internal/prod"
                  connect = "10.0.0.7:443"
                  sni = "vpce-0a1b-x.execute-api.eu-west-1.vpce.amazonaws.com"
                  host = "abc123.execute-api.eu-west-1.amazonaws.com"
                }
                """).routes().get(0);

        assertEquals("execute-api", route.signing().orElseThrow().service());
        assertEquals("eu-west-1", route.signing().orElseThrow().region());
        assertEquals(
                "abc123.execute-api.eu-west-1.amazonaws.com", route.upstream().authority());
        assertEquals(
                "vpce-0a1b-x.execute-api.eu-west-1.vpce.amazonaws.com",
                route.upstream().tlsName());
        assertEquals(new HostPort("10.0.0.7", 443), route.upstream().address());
    }

    private static SigningConfig signing(String settings) {
        return Load.good(settings).routes().get(0).signing().orElseThrow();
    }

    private static String fault(String settings) {
        List<String> faults = Load.faults(Load.with(settings), Map.of());
        assertEquals(1, faults.size(), faults::toString);
        return faults.get(0);
    }
}
