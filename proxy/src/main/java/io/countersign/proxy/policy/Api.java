package io.countersign.proxy.policy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The API that a policy belongs to. What is not known of it is empty: of a custom domain nobody knows the API behind it, and
 * of a host name nobody knows the account.
 *
 * @param partition {@code aws}, {@code aws-cn}, {@code aws-us-gov} ...
 * @param id ten letters and digits; {@code *} in a policy stands for any
 */
public record Api(String partition, String region, String account, String id) {
    /** Nothing is known. */
    public static final Api UNKNOWN = new Api("", "", "", "");

    private static final Pattern ARN = Pattern.compile("arn:(?<partition>aws[a-z-]*):execute-api:"
            + "(?<region>[a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]{1,2}):(?<account>[0-9]{12}):(?<id>[a-z0-9]{1,32})(?:/\\*?)?");

    /**
     * Reads {@code arn:aws:execute-api:REGION:ACCOUNT:API-ID}.
     *
     * @throws IllegalArgumentException whose message says what would be right
     */
    public static Api parse(String arn) {
        Matcher matcher = ARN.matcher(arn);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + arn + "\" is not the ARN of an API; write"
                    + " arn:aws:execute-api:REGION:ACCOUNT:API-ID, such as"
                    + " arn:aws:execute-api:us-east-1:123456789012:abc123def4");
        }
        return new Api(
                matcher.group("partition"), matcher.group("region"), matcher.group("account"), matcher.group("id"));
    }

    /** The ARN; parts that are not known are empty in it. */
    public String arn() {
        return "arn:" + partition + ":execute-api:" + region + ":" + account + ":" + id;
    }
}
