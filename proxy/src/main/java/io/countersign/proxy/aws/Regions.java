package io.countersign.proxy.aws;

import java.util.Map;
import java.util.regex.Pattern;

/** What the name of a region says. From "AWS Regions" and "AWS partitions" in the AWS General Reference. */
public final class Regions {
    private static final Pattern FORM = Pattern.compile("[a-z]{2,4}(?:-[a-z]+){1,2}-\\d{1,2}");

    /** For hosts without a region: the global ones are signed for this one. */
    static final String GLOBAL = "us-east-1";

    private static final String COMMERCIAL = "aws";

    /** How region names of a partition begin; a region of none of them is in the partition {@code aws}. */
    private static final Map<String, String> PARTITIONS = Map.of(
            "us-gov-", "aws-us-gov",
            "cn-", "aws-cn",
            "eusc-", "aws-eusc",
            "us-iso-", "aws-iso",
            "us-isob-", "aws-iso-b",
            "eu-isoe-", "aws-iso-e",
            "us-isof-", "aws-iso-f");

    /** What host names of a partition end with; of one that is not here, as those of the commercial one. */
    private static final Map<String, String> SUFFIXES = Map.of(
            "aws-cn", "amazonaws.com.cn",
            "aws-eusc", "amazonaws.eu",
            "aws-iso", "c2s.ic.gov",
            "aws-iso-b", "sc2s.sgov.gov",
            "aws-iso-e", "cloud.adc-e.uk",
            "aws-iso-f", "csp.hci.ic.gov");

    private Regions() {}

    /** Whether a label has the form of a region, which says nothing of whether that exists. */
    static boolean looksLikeOne(String label) {
        return FORM.matcher(label).matches();
    }

    /** What host names of a region's services end with, such as {@code amazonaws.com}. */
    public static String suffix(String region) {
        return SUFFIXES.getOrDefault(partition(region), "amazonaws.com");
    }

    /** The partition of a region, as the second field of an ARN. */
    public static String partition(String region) {
        return PARTITIONS.entrySet().stream()
                .filter(entry -> region.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(COMMERCIAL);
    }

    /** A region that is always enabled in the partition of {@code arn}; that of the commercial one for anything else. */
    public static String home(String arn) {
        if (arn.startsWith("arn:aws-cn:")) {
            return "cn-north-1";
        }
        return arn.startsWith("arn:aws-us-gov:") ? "us-gov-west-1" : GLOBAL;
    }
}
