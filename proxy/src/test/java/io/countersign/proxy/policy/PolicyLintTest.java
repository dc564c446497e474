package io.countersign.proxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyLintTest {
    private static final String ALL = "{\"Sid\":\"all\",\"Effect\":\"Allow\",\"Principal\":\"*\","
            + "\"Action\":\"execute-api:Invoke\",\"Resource\":\"execute-api:/*\"}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "execute-api:/*",
                "execute-api:/prod/*",
                "execute-api:/prod/GET/pets",
                "execute-api:/*/POST/pets",
                "execute-api:/prod/*/pets",
                "execute-api:/prod/GE?/",
                "arn:aws:execute-api:*:*:*",
                "arn:aws:execute-api:us-east-1:123456789012:abc123def4/*",
                "arn:aws:execute-api:us-east-1:123456789012:abc123def4/prod/PATCH/pets/*",
                "*"
            })
    void hasNothingToSayOfPlainPolicies(String resource) {
        assertEquals(List.of(), lint(ALL.replace("execute-api:/*", resource)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "execute-api:/prod/get/pets | warning | write GET, since case matters",
                "execute-api:/prod/ANY/pets | warning | * for any method",
                "execute-api:/*/any/pets | warning | * for any method",
                "execute-api:/prod/pets | warning | names no stage, method and path",
                "execute-api:/prod | warning | names no stage, method and path",
                "arn:aws:execute-api:us-east-1:123456789012:abc123def4/ | warning | names no stage, method and path",
                "arn:aws:execute-api:us-east-1:123456789012:abc123def4 | warning | names no stage, method and path",
                "arn:aws:execute-api:{region}:{account_id}:{api_id}/* | note | placeholders are filled in",
                "execute-api:/*/GET/* | note | a star takes slashes too",
            })
    void remarksOnResources(String resource, String kind, String what) {
        String remark = only(ALL.replace("execute-api:/*", resource));
        assertTrue(remark.startsWith("policy.json:1:102: " + kind + ": "), remark);
        assertTrue(remark.contains(what), remark);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"IpAddress\":{\"aws:SourceIp\":\"10.1.0.0/16\"}} | warning | 10.1.0.0/16 is private",
                "{\"IpAddress\":{\"aws:SourceIp\":\"fd00::/8\"}} | warning | fd00::/8 is private",
                "{\"IpAddress\":{\"aws:VpcSourceIp\":\"127.0.0.1\"}} | warning | 127.0.0.1 never reaches an API",
                "{\"IpAddress\":{\"aws:SourceIp\":\"169.254.0.0/16\"}} | warning | never reaches an API",
                "{\"IpAddress\":{\"aws:SourceIp\":[\"192.0.2.0/24\",\"192.0.2.7\"]}} | warning | 192.0.2.7 lies in 192.0.2.0/24",
                "{\"IpAddress\":{\"aws:SourceIp\":[\"192.0.2.7\",\"192.0.2.7/32\"]}} | warning | 192.0.2.7/32 lies in 192.0.2.7",
                "{\"StringEquals\":{\"aws:SourceVpce\":\"vpce-*\"}} | warning | write StringLike",
                "{\"StringNotEqualsIfExists\":{\"aws:SourceVpc\":\"vpc-?\"}} | warning | write StringNotLike",
                "{\"StringLike\":{\"aws:UserAgent\":\"curl*\"}} | note | callers write aws:UserAgent themselves",
                "{\"ArnLike\":{\"aws:SourceArn\":\"arn:aws:s3:::b\"}} | note | only when an AWS service calls",
                "{\"Bool\":{\"aws:SecureTransport\":\"true\"}} | note | always true",
                "{\"NotIpAddress\":{\"aws:VpcSourceIp\":\"10.0.0.0/8\"}} | note | there this allows everyone",
            })
    void remarksOnConditions(String condition, String kind, String what) {
        String remark = only(ALL.replaceFirst("}$", ",\"Condition\":" + condition.replace("$", "\\$") + "}"));
        assertTrue(remark.contains(": " + kind + ": "), remark);
        assertTrue(remark.contains(what), remark);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"IpAddress\":{\"aws:SourceIp\":[\"192.0.2.0/24\",\"198.51.100.7\"]}}",
                "{\"IpAddress\":{\"aws:VpcSourceIp\":\"10.0.0.0/8\"}}",
                "{\"StringEquals\":{\"aws:SourceVpce\":\"vpce-1\"}}",
                "{\"DateLessThan\":{\"aws:CurrentTime\":\"2027-01-01T00:00:00Z\"}}",
                "{\"Null\":{\"aws:SourceIp\":\"false\"}}"
            })
    void hasNothingToSayOfPlainConditions(String condition) {
        assertEquals(List.of(), lint(ALL.replaceFirst("}$", ",\"Condition\":" + condition + "}")));
    }

    @Test
    void saysWhereNobodyIsAllowed() {
        assertTrue(only(deny("no", "execute-api:/prod/*", "")).contains("nobody is allowed by this policy alone"));
        assertTrue(
                lint(ALL.replace("execute-api:Invoke", "execute-api:ManageConnections")).stream()
                        .anyMatch(remark -> remark.contains("this statement never acts")),
                "an action that calls are not");
    }

    @Test
    void saysWhichStatementsChangeNothing() {
        String pets = ALL.replace("all", "pets").replace("execute-api:/*", "execute-api:/prod/GET/pets");
        assertTrue(only(ALL, pets).contains("changes nothing: policy.json:1 (Sid \"all\") matches all that it does"));
        assertTrue(only(pets, ALL).startsWith("policy.json:1:15: "), "the narrow one is named wherever it stands");
        assertEquals(1, lint(ALL, ALL.replace("\"all\"", "\"again\"")).size(), "one of two that are the same");
        assertTrue(only(ALL, deny("no", "*", "")).contains("allows nobody: policy.json:1 (Sid \"no\") denies all"));
        assertEquals(List.of(), lint(ALL, deny("no", "execute-api:/prod/GET/pets", "")));
    }

    @Test
    void takesConditionsIntoAccount() {
        String wide = ",\"Condition\":{\"IpAddress\":{\"aws:VpcSourceIp\":[\"10.0.0.0/8\",\"172.16.0.0/12\"]}}";
        String narrow = ",\"Condition\":{\"IpAddress\":{\"aws:VpcSourceIp\":\"10.9.0.0/16\"}}";
        String other = ",\"Condition\":{\"IpAddress\":{\"aws:VpcSourceIp\":\"192.168.0.0/16\"}}";
        String ifExists = ",\"Condition\":{\"IpAddressIfExists\":{\"aws:VpcSourceIp\":\"10.9.0.0/16\"}}";
        assertTrue(
                lint(ALL, deny("a", "*", wide), deny("b", "*", narrow)).get(0).contains("(Sid \"a\") matches all"));
        assertEquals(List.of(), lint(ALL, deny("a", "*", wide), deny("b", "*", other)));
        assertEquals(List.of(), lint(ALL, deny("a", "*", wide), deny("b", "*", ifExists)));
        assertEquals(
                List.of(),
                lint(ALL, deny("a", "*", narrow), deny("b", "*", wide)).stream()
                        .filter(remark -> remark.contains("(Sid \"a\") matches all"))
                        .toList());
    }

    @Test
    void saysWhereTwoStatementsShareASid() {
        assertTrue(
                only(ALL.replace("/*", "/a/*"), ALL.replace("/*", "/b/*")).contains("is also that of policy.json:1"));
    }

    @ParameterizedTest
    @CsvSource({
        "a*, ab, true",
        "a*, a*, true",
        "a*, a?, true",
        "a?, a?, true",
        "a?, a*, false",
        "a, a*, false",
        "*b, a*, false",
        "*, '', true",
        "a*c, abc*c, true",
        "a*c, abc*, false",
        "?, *, false",
        "**, ?*, true",
    })
    void knowsWhichPatternCoversWhich(String wide, String narrow, boolean covers) {
        assertEquals(covers, Coverage.covers(wide, narrow));
    }

    private static String deny(String sid, String resource, String condition) {
        return ALL.replace("\"all\"", "\"" + sid + "\"")
                .replace("Allow", "Deny")
                .replace("\"execute-api:/*\"", "\"" + resource + "\"" + condition);
    }

    private static String only(String... statements) {
        List<String> remarks = lint(statements);
        assertEquals(1, remarks.size(), remarks::toString);
        return remarks.get(0);
    }

    private static List<String> lint(String... statements) {
        return PolicyLint.of(Policies.read("{\"Statement\":[" + String.join(",", statements) + "]}")).stream()
                .map(Remark::toString)
                .toList();
    }
}
