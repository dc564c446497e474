package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected signatures are those of AWS's public Signature Version 4 test suite, for the same key, date and scope. */
class SignTest {
    private static final List<String> SCOPE = List.of("--service", "service", "--region", "us-east-1");

    @TempDir
    Path folder;

    private static Command sign(Map<String, String> environment, String message, String... more) {
        String[] all = Stream.of(List.of("sign", "--request", "-", "--sign-all-headers"), SCOPE, List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
        return Command.run(environment, message, all);
    }

    private static String signature(String message) {
        Command signed = sign(Command.KEYS, message, "--output", "signature");
        assertEquals(0, signed.exitCode(), signed.err());
        return signed.out();
    }

    @ParameterizedTest
    @CsvSource({
        "/, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "/?Param2=value2&Param1=value1, b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "/example space/, 652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        "/\u1234, 8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"
    })
    void signsTheTargetAsItStands(String target, String expected) {
        String message = "GET " + target + " HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n";
        assertEquals(expected, signature(message));
        assertEquals(expected, signature(message.replace("\n", "\r\n")));
        assertEquals(expected, signature(message + "\n"));
    }

    @Test
    void joinsRepeatedAndContinuedFields() {
        assertEquals(
                "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
                signature("GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value2\nMy-Header1:value2\n"
                        + "My-Header1:value1\nX-Amz-Date:20150830T123600Z"));
        assertEquals(
                "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd",
                signature("GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value1\n  value2\n     value3\n"
                        + "X-Amz-Date:20150830T123600Z"));
    }

    @Test
    void canonicalRequestIsExact() {
        Command signed = sign(
                Command.KEYS,
                String.join(
                        "\r\n",
                        "POST /a/./b%20c?z=1&a=%2f&a HTTP/1.1",
                        "Host: h",
                        "X-Pad:   a   b  ",
                        "X-Amz-Date: 20150830T123600Z",
                        "",
                        "body\n"),
                "--output",
                "canonical-request");
        assertEquals("""
                        POST
                        /a/b%2520c
                        a=&a=%2F&z=1
                        host:h
                        x-amz-date:20150830T123600Z
                        x-pad:a b

                        host;x-amz-date;x-pad
                        9e2ec912af5dff2a72300863864fc4da04e81999339d9fac5c7590ba8a3f4e11""", signed.out());
    }

    @Test
    void signsOnlyWhatMattersUnlessToldOtherwise() {
        Command few = Command.run(
                "sign",
                "GET",
                "https://abc.execute-api.eu-west-1.amazonaws.com/prod",
                "-H",
                "X-Own: 1",
                "-H",
                "Content-Type: text/plain",
                "-H",
                "x-amz-meta: m",
                "--output",
                "canonical-request");
        assertTrue(few.out().contains("\ncontent-type;host;x-amz-date;x-amz-meta\n"), few.out() + few.err());
        assertFalse(few.out().contains("x-own"));
    }

    @Test
    void takesScopeFromTheHost() {
        Command signed = Command.run(
                "sign",
                "GET",
                "https://abc.execute-api.eu-west-1.amazonaws.com/",
                "--time",
                "2015-08-30T12:36:00Z",
                "--output",
                "string-to-sign");
        assertTrue(signed.out().contains("\n20150830/eu-west-1/execute-api/aws4_request\n"), signed.out());
    }

    @Test
    void tokenIsSignedOrAddedAfter() {
        Map<String, String> keys = new HashMap<>(Command.KEYS);
        keys.put("AWS_SESSION_TOKEN", "token-value");
        String message = "GET / HTTP/1.1\nHost: h\n";
        Command before = sign(keys, message);
        assertTrue(before.out().contains("SignedHeaders=host;x-amz-date;x-amz-security-token"), before.out());
        Command after = sign(keys, message, "--omit-session-token");
        assertTrue(after.out().contains("X-Amz-Security-Token: token-value\n"), after.out());
        assertTrue(after.out().contains("SignedHeaders=host;x-amz-date,"), after.out());
        assertFalse(sign(keys, message, "--output", "explain").out().contains("token-value"));
    }

    @Test
    void queryHoldsTheSignature() {
        Command url = Command.run(
                "sign",
                "GET",
                "https://bucket.s3.us-east-1.amazonaws.com/a b+c?x=1+2",
                "--in",
                "query",
                "--expires",
                "60",
                "--time",
                "2015-08-30T12:36:00Z");
        assertTrue(
                url.out().startsWith("https://bucket.s3.us-east-1.amazonaws.com/a%20b%2Bc?x=1%202&X-Amz-Algorithm="),
                url.out());
        assertTrue(url.out().matches("(?s).*&X-Amz-Expires=60&.*X-Amz-Signature=[0-9a-f]{64}\n"), url.out());
    }

    /** AWS's vectors post-x-www-form-urlencoded and post-x-www-form-urlencoded-parameters, which ask for the body's hash. */
    @ParameterizedTest
    @CsvSource({
        "application/x-www-form-urlencoded, query, 89a40deed0f26f9461242825a082d2222717248abc7ab41f552ad84a94ad46e9",
        "application/x-www-form-urlencoded, header, d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        "application/x-www-form-urlencoded; charset=utf-8, query,"
                + " 0dbeb9b026c7b6675f266b8427efec9b4fa8b1f6ef1477d717aea231106eab4d",
        "application/x-www-form-urlencoded; charset=utf-8, header,"
                + " 328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"
    })
    void signsTheBodysHashInTheQueryWithoutAFurtherField(String type, String place, String expected) {
        String message = "POST / HTTP/1.1\nContent-Type:" + type + "\nHost:example.amazonaws.com\nContent-Length:13\n"
                + "\nParam1=value1";
        String[] asked = {"--time", "2015-08-30T12:36:00Z", "--expires", "3600", "--sign-body", "--in", place};
        Command signed = sign(Command.KEYS, message, with(with(asked, "--output"), "signature"));
        assertEquals(expected, signed.out(), signed.err());
        String sent = sign(Command.KEYS, message, with(with(asked, "--output"), "request"))
                .out();
        assertEquals(place.equals("header"), sent.contains("X-Amz-Content-Sha256: "), sent);
    }

    /** What S3 computes with, and what the proxy sends for the same path. */
    @Test
    void anObjectsPathIsEncodedAsS3EncodesIt() {
        String[] common = {"sign", "GET", "https://b.s3.us-east-1.amazonaws.com/a b+(1)'!*,;:@=&$%2f%7e/ü", "--output"};
        assertTrue(run(common, "canonical-request")
                .startsWith("GET\n/a%20b%2B%281%29%27%21%2A%2C%3B%3A%40%3D%26%24/~/%C3%BC\n"));
        assertTrue(run(common, "request")
                .startsWith("GET /a%20b%2B%281%29%27%21%2A%2C%3B%3A%40%3D%26%24/~/%C3%BC HTTP/1.1\r\n"));
        String other = run(
                new String[] {"sign", "GET", "https://h/a(1)", "--service", "s", "--region", "r"},
                "--output",
                "request");
        assertTrue(other.startsWith("GET /a(1) HTTP/1.1\r\n"), other);
        Command message = Command.run(
                Command.KEYS,
                "GET /a(1) HTTP/1.1\nHost: b.s3.us-east-1.amazonaws.com\n",
                "sign",
                "--request",
                "-",
                "--output",
                "request");
        assertTrue(message.out().startsWith("GET /a(1) HTTP/1.1\n"), message.out());
    }

    @Test
    void theBodyIsSignedAsTheServiceWantsIt() {
        String hashOfBraces = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        String[] search = {"sign", "POST", "https://abc.us-east-1.aoss.amazonaws.com/i/_search", "-d", "{}"};
        assertTrue(run(search).contains("X-Amz-Content-Sha256: " + hashOfBraces + "\n"), run(search));
        String[] lattice = {"sign", "GET", "https://x.vpc-lattice-svcs.us-west-2.on.aws/"};
        assertTrue(run(lattice).contains("X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n"), run(lattice));
        assertTrue(run(lattice, "--output", "canonical-request").endsWith("\nUNSIGNED-PAYLOAD"));
        assertFalse(run(lattice, "--sign-body").contains("UNSIGNED-PAYLOAD"), "told otherwise");
        String[] gateway = {"sign", "POST", "https://abc.execute-api.us-east-1.amazonaws.com/prod", "-d", "{}"};
        assertFalse(run(gateway).contains("X-Amz-Content-Sha256"), run(gateway));
        String[] logs = {"sign", "POST", "https://logs.us-east-1.amazonaws.com/v1/logs", "-H", "x-aws-log-group: g"};
        assertTrue(run(logs).contains("SignedHeaders=host;x-amz-date;x-aws-log-group"), run(logs));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://m1.accesspoint.s3-global.amazonaws.com/k",
                "https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/k"
            })
    void refusesHostsThatAreSignedForInAnotherWay(String url) {
        for (String[] scope : new String[][] {{}, {"--service", "s3", "--region", "us-east-1"}}) {
            Command refused = Command.run(Stream.concat(Stream.of("sign", "GET", url), Stream.of(scope))
                    .toArray(String[]::new));
            assertEquals(2, refused.exitCode(), refused.out());
            assertTrue(refused.err().contains("add --algorithm v4a")
                    || refused.err().contains("directory bucket"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/, execute-api, us-esat-1, us-east-1",
        "https://h/, exeucte-api, us-east-1, execute-api",
        "https://abc.execute-api.us-east-1.amazonaws.con/, execute-api, us-east-1, amazonaws.com",
        "https://abc.execute-api.us-east-9.amazonaws.com/, execute-api, us-east-9, us-east-1",
    })
    void warnsOfWhatIsProbablyMisspelt(String url, String service, String region, String meant) {
        Command signed = Command.run("sign", "GET", url, "--service", service, "--region", region);
        assertEquals(0, signed.exitCode(), signed.err());
        assertTrue(signed.err().startsWith("warning: ") && signed.err().contains("did you mean"), signed.err());
        assertTrue(signed.err().contains(meant), signed.err());
        assertFalse(signed.out().contains("warning"));
    }

    @ParameterizedTest
    @CsvSource({"h, service, region", "h, ecs, eu-west-1", "minio.internal, s3, minio", "h, osis, eusc-de-east-1"})
    void saysNothingOfNamesThatMayBeRight(String host, String service, String region) {
        Command signed = Command.run("sign", "GET", "https://" + host + "/", "--service", service, "--region", region);
        assertEquals("", signed.err());
    }

    @Test
    void namesOutputsAsTheHelpDoes() {
        Command wrong = Command.run("sign", "GET", "https://h/", "--output", "explian");
        assertEquals(2, wrong.exitCode());
        assertTrue(
                wrong.err()
                        .contains(
                                "headers, request, curl, python, url, canonical-request, string-to-sign, signature, explain"),
                wrong.err());
        assertFalse(wrong.err().contains("canonicalRequest"), wrong.err());
    }

    @Test
    void bodyIsHashedFromAFile() throws IOException {
        Path body = Files.writeString(folder.resolve("body"), "hello");
        String hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        Command signed = Command.run(
                "sign",
                "POST",
                "https://h/",
                "--service",
                "s",
                "--region",
                "r",
                "--data-binary",
                "@" + body,
                "--sign-body");
        assertTrue(signed.out().contains("X-Amz-Content-Sha256: " + hash + "\n"), signed.out() + signed.err());
        Command unsigned = Command.run(
                "sign",
                "POST",
                "https://h/",
                "--service",
                "s",
                "--region",
                "r",
                "-d",
                "hello",
                "--unsigned-payload",
                "--output",
                "canonical-request");
        assertTrue(unsigned.out().endsWith("\nUNSIGNED-PAYLOAD"), unsigned.out());
    }

    @Test
    void pathIsSignedOnceOrAsItIs() {
        String[] common = {"sign", "GET", "https://h/a//b%20c", "--service", "s", "--region", "r", "--output"};
        assertTrue(run(common, "canonical-request").startsWith("GET\n/a/b%2520c\n"));
        assertTrue(run(common, "canonical-request", "--no-normalize").startsWith("GET\n/a//b%2520c\n"));
        assertTrue(run(common, "canonical-request", "--single-encode").startsWith("GET\n/a/b%20c\n"));
    }

    private static String run(String[] common, String... more) {
        return Command.run(Stream.of(common, more).flatMap(Stream::of).toArray(String[]::new))
                .out();
    }

    @Test
    void curlLineIsQuotedForTheShell() {
        Command curl = Command.run(
                "sign", "POST", "https://h/it's", "--service", "s", "--region", "r", "-d", "a'b", "--output", "curl");
        assertTrue(curl.out().contains("--data-raw 'a'\\''b' 'https://h/it'\\''s'\n"), curl.out());
    }

    @Test
    void signsWithTheCredentialsThatAConfigurationNames() throws IOException {
        Path config =
                Files.writeString(folder.resolve("c.conf"), """
                countersign {
                  credentials {
                    other { access-key-id = AKIDEXAMPLE, secret-access-key = "%s" }
                    broken { profile = nobody }
                  }
                  routes { m { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                }
                """.formatted(Command.KEYS.get("AWS_SECRET_ACCESS_KEY")));
        String message = "GET / HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n\n";
        String[] asked = {"--output", "signature", "--config", config.toString(), "--credentials"};
        Map<String, String> nothing = Map.of("HOME", "/nowhere");

        Command signed = sign(nothing, message, with(asked, "other"));
        assertEquals(0, signed.exitCode(), signed.err());
        assertEquals(signature(message), signed.out());

        Command broken = sign(nothing, message, with(asked, "broken"));
        assertEquals(2, broken.exitCode());
        assertTrue(broken.err().contains("credentials broken: no profile 'nobody' in"), broken.err());

        Command absent = sign(nothing, message, with(asked, "absent"));
        assertEquals(2, absent.exitCode());
        assertTrue(absent.err().contains("it has broken, default, other"), absent.err());

        assertEquals(2, sign(nothing, message, "--credentials", "other").exitCode(), "of which configuration?");
        assertEquals(
                2, sign(Command.KEYS, message, "--config", config.toString()).exitCode(), "whose keys of it?");
    }

    @Test
    void saysWhichFilesWereReadForAProfile() throws IOException {
        String message = "GET / HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n\n";
        Path config = Files.writeString(
                folder.resolve("config"),
                "[profile half]\naws_access_key_id = ASIAX\n"
                        + "aws_secret_access_key = canary-secret\n[profile none]\nregion = us-east-1\n");
        Map<String, String> environment = Map.of("HOME", "/nowhere", "AWS_CONFIG_FILE", config.toString());

        Command absent = sign(environment, message, "--profile", "absent");
        assertEquals(2, absent.exitCode());
        assertTrue(
                absent.err()
                        .contains(
                                "profile 'absent': no profile 'absent' in /nowhere/.aws/credentials (no such file) or "
                                        + config),
                absent.err());
        Command none = sign(environment, message, "--profile", "none");
        assertTrue(none.err().contains("profile none holds no credentials in /nowhere/.aws/credentials"), none.err());
        Command half = sign(environment, message, "--profile", "half");
        assertTrue(half.err().contains("has no session token; set aws_session_token"), half.err());
        assertFalse(half.err().contains("canary"), half.err());
    }

    @Test
    void refusesATemporaryKeyWithoutItsToken() {
        String message = "GET / HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n\n";
        Command sign = sign(Map.of("AWS_ACCESS_KEY_ID", "ASIAX", "AWS_SECRET_ACCESS_KEY", "canary-secret"), message);
        assertEquals(2, sign.exitCode());
        assertTrue(sign.err().contains("a temporary one (ASIA...) and has no session token"), sign.err());
        assertFalse(sign.err().contains("canary"), sign.err());
    }

    private static String[] with(String[] arguments, String last) {
        return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
    }
}
