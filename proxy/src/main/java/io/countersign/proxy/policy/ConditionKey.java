package io.countersign.proxy.policy;

import io.countersign.proxy.config.NearestKey;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The condition keys that mean something without an identity, from "AWS condition keys that can be used in API Gateway resource
 * policies" in the API Gateway Developer Guide.
 */
public enum ConditionKey {
    CURRENT_TIME("aws:CurrentTime", Kind.DATE),
    EPOCH_TIME("aws:EpochTime", Kind.EPOCH),
    REFERER("aws:Referer", Kind.TEXT),
    SECURE_TRANSPORT("aws:SecureTransport", Kind.BOOL),
    SOURCE_ARN("aws:SourceArn", Kind.ARN),
    SOURCE_IP("aws:SourceIp", Kind.ADDRESS),
    SOURCE_VPC("aws:SourceVpc", Kind.TEXT),
    SOURCE_VPCE("aws:SourceVpce", Kind.TEXT),
    USER_AGENT("aws:UserAgent", Kind.TEXT),
    VPC_SOURCE_IP("aws:VpcSourceIp", Kind.ADDRESS);

    /** What a key's value is, and so which operators compare it. */
    enum Kind {
        TEXT("String"),
        ADDRESS("IpAddress and NotIpAddress"),
        ARN("Arn and String"),
        DATE("Date"),
        EPOCH("Numeric and Date"),
        BOOL("Bool");

        private final String operators;

        Kind(String operators) {
            this.operators = operators;
        }

        /** The operators for it, in words. */
        String operators() {
            return operators;
        }
    }

    /** Keys that say who the caller is at AWS, in lower case; a tag's name follows a slash. */
    private static final Map<String, String> NEED_IDENTITY = names(
            "aws:FederatedProvider",
            "aws:MultiFactorAuthAge",
            "aws:MultiFactorAuthPresent",
            "aws:PrincipalAccount",
            "aws:PrincipalArn",
            "aws:PrincipalIsAWSService",
            "aws:PrincipalOrgID",
            "aws:PrincipalOrgPaths",
            "aws:PrincipalServiceName",
            "aws:PrincipalServiceNamesList",
            "aws:PrincipalTag",
            "aws:PrincipalType",
            "aws:SourceIdentity",
            "aws:TokenIssueTime",
            "aws:userid",
            "aws:username");

    /** Global keys that API Gateway never gives to a resource policy. */
    private static final Map<String, String> NOT_AT_API_GATEWAY = names(
            "aws:CalledVia",
            "aws:CalledViaFirst",
            "aws:CalledViaLast",
            "aws:RequestedRegion",
            "aws:RequestTag",
            "aws:ResourceAccount",
            "aws:ResourceOrgID",
            "aws:ResourceOrgPaths",
            "aws:ResourceTag",
            "aws:SourceAccount",
            "aws:SourceOrgID",
            "aws:SourceOrgPaths",
            "aws:TagKeys",
            "aws:ViaAWSService",
            "aws:VpceAccount",
            "aws:VpceOrgID",
            "aws:VpceOrgPaths");

    private static final List<String> NAMES =
            Stream.of(values()).map(ConditionKey::text).toList();

    private final String text;
    private final Kind kind;

    ConditionKey(String text, Kind kind) {
        this.text = text;
        this.kind = kind;
    }

    private static Map<String, String> names(String... names) {
        return Stream.of(names)
                .collect(java.util.stream.Collectors.toUnmodifiableMap(
                        name -> name.toLowerCase(Locale.ROOT), name -> name));
    }

    /** The key of this name, in any case: IAM compares names of keys without regard to it. */
    public static Optional<ConditionKey> named(String name) {
        return Stream.of(values())
                .filter(key -> key.text.equalsIgnoreCase(name))
                .findFirst();
    }

    /** Why no key has this name, and what would be right. */
    public static String refusal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String base = lower.indexOf('/') < 0 ? lower : lower.substring(0, lower.indexOf('/'));
        if (NEED_IDENTITY.containsKey(base)) {
            return "says who the caller is, and here callers have no AWS identity; conditions can be on "
                    + String.join(", ", NAMES);
        }
        if (NOT_AT_API_GATEWAY.containsKey(base)) {
            return "is a key that API Gateway gives to no resource policy; conditions can be on "
                    + String.join(", ", NAMES);
        }
        return "is not a condition key of API Gateway" + NearestKey.hint(name, NAMES);
    }

    /** As AWS writes it. */
    public String text() {
        return text;
    }

    /** Whether its value is an address. */
    public boolean isAddress() {
        return kind == Kind.ADDRESS;
    }

    /** Whether its value is the time, which every request has. */
    public boolean isTime() {
        return kind == Kind.DATE || kind == Kind.EPOCH;
    }

    Kind kind() {
        return kind;
    }

    @Override
    public String toString() {
        return text;
    }
}
