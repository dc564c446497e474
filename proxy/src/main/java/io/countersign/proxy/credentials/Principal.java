package io.countersign.proxy.credentials;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * To whom credentials belong, as far as that is known; none of it is a secret.
 *
 * @param arn of the role's session or the user
 * @param account its 12 digits
 * @param unknown why the ARN is not known, where somebody was asked; may be empty
 */
public record Principal(Optional<String> arn, Optional<String> account, String unknown) {
    public static final Principal UNKNOWN = new Principal(Optional.empty(), Optional.empty(), "");

    private static final int MAX_ARN = 2048;
    /** "Amazon Resource Names" in the IAM User Guide. */
    private static final Pattern ARN =
            Pattern.compile("arn:[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]*:(\\d{12}):[\\w+=,.@:/*-]+");

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

    /** Nothing is known where the text is not an ARN with an account. */
    public static Principal ofArn(String arn) {
        Matcher parts = ARN.matcher(arn == null || arn.length() > MAX_ARN ? "" : arn);
        return parts.matches() ? new Principal(Optional.of(arn), Optional.of(parts.group(1)), "") : UNKNOWN;
    }

    /** Nothing is known where the text is not an account's number. */
    public static Principal ofAccount(String account) {
        return ACCOUNT.matcher(account).matches() ? new Principal(Optional.empty(), Optional.of(account), "") : UNKNOWN;
    }

    /** @param reason without a secret */
    public Principal unknown(String reason) {
        return new Principal(arn, account, reason);
    }
}
