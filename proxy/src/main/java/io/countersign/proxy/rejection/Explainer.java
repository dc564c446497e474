package io.countersign.proxy.rejection;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.rejection.Rejection.Cause;
import io.countersign.proxy.secrets.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts a rejection into findings that a person can act on; made away from the event loops, and
 * not for each rejection. */
public final class Explainer {
    private static final Pattern REGION = Pattern.compile("(?<![a-z0-9])([a-z]{2}(?:-[a-z]+){1,2}-\\d)(?![a-z0-9])");
    /** A Date has whole seconds, and took its way. */
    private static final Duration RIGHT = Duration.ofSeconds(30);
    /** AWS refuses signatures further off than this. */
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);

    /** What the message says is right; a region or service after "not" is the one that is wrong. */
    private static final Pattern EXPECTED =
            Pattern.compile("(?:expecting|valid region:?|correct service:?) ?['\"]([a-z0-9-]+)['\"]");

    private static final Pattern COMPACT = Pattern.compile("\\d{8}T\\d{6}Z");

    private Explainer() {}

    /**
     * One finding or more, each fit for a log line, without secrets.
     *
     * @param server the time by the response's {@code Date}, see {@link ServerTime}
     * @param now by our clock
     * @param secrets masked in all that is compared, before any of it is quoted and cut
     */
    public static List<String> explain(
            Rejection rejection, Signed signed, Optional<Instant> server, Instant now, Secrets secrets) {
        Workings aws = rejection.workings();
        Rejection masked = new Rejection(
                rejection.cause(),
                rejection.errorType(),
                rejection.message(),
                new Workings(secrets.maskKnown(aws.canonicalRequest()), secrets.maskKnown(aws.stringToSign())));
        Signed ours = new Signed(
                signed.host(),
                signed.at(),
                secrets.maskKnown(signed.canonicalRequest()),
                secrets.maskKnown(signed.stringToSign()),
                signed.keysExpiry());
        return explain(masked, ours, server, now);
    }

    static List<String> explain(Rejection rejection, Signed signed, Optional<Instant> server, Instant now) {
        List<String> findings = new ArrayList<>();
        switch (rejection.cause()) {
            case CLOCK_SKEW -> findings.add(clock(signed, server, now));
            case EXPIRED_TOKEN -> findings.add(expired(signed, server.orElse(now)));
            case INVALID_TOKEN, UNKNOWN_KEY ->
                findings.add("key is disabled or deleted, of another account or partition, or its token is another's");
            case WRONG_SCOPE -> findings.addAll(scope(rejection, signed));
            case SIGNATURE_MISMATCH -> findings.addAll(mismatch(rejection.workings(), signed));
            case INCOMPLETE_SIGNATURE ->
                findings.add("AWS could not read the signature: something on the way changed the Authorization header");
            case MISSING_AUTHENTICATION -> findings.add(missing(signed));
            case PERMISSION ->
                findings.add("the keys are good, but their policy does not allow this"
                        + (rejection.message().isEmpty() ? "" : ": " + rejection.message()));
            case BARE_FORBIDDEN ->
                findings.add("the answer gives no reason: permission, key, token or signature"
                        + (hostsApplications(signed) ? "; or an application behind the API says so" : ""));
            case FORBIDDEN ->
                findings.add(
                        hostsApplications(signed)
                                ? "WAF, an API key, a disabled endpoint or a host that no API answers to"
                                : "the service refuses this, and not for its signature: its access policy, a firewall,"
                                        + " or the state of what is written to");
            case AUTHORIZER -> findings.add("the API's Lambda authorizer said no: this route may want auth = none");
        }
        server.filter(time -> rejection.cause() != Cause.CLOCK_SKEW)
                .map(time -> Duration.between(signed.at(), time))
                .filter(skew -> skew.abs().compareTo(Duration.ofMinutes(1)) > 0)
                .ifPresent(skew -> findings.add(told(skew)));
        return findings;
    }

    private static String clock(Signed signed, Optional<Instant> server, Instant now) {
        if (server.isEmpty()) {
            return "clock is more than 5 minutes off, and the answer has no Date to say how far";
        }
        boolean ours = Duration.between(now, server.get()).abs().compareTo(RIGHT) < 0;
        boolean corrected = Duration.between(now, signed.at()).abs().compareTo(MOST_SKEW) > 0;
        return ours && corrected
                ? "clock is right again, and the signature still followed an earlier correction"
                : told(Duration.between(corrected ? now : signed.at(), server.get()));
    }

    private static String told(Duration skew) {
        return "clock is " + skew.abs().toSeconds() + " s " + (skew.isNegative() ? "ahead" : "behind");
    }

    /** @param now by AWS's clock where the answer told it, since that is what the token was held against */
    private static String expired(Signed signed, Instant now) {
        if (signed.keysExpiry().isEmpty()) {
            return "token expired; when is not known, as its source gave no expiry: static keys with a token have to be"
                    + " replaced by hand";
        }
        Instant expiry = signed.keysExpiry().get();
        if (expiry.isAfter(now)) {
            return "token expired says AWS, but its source said that it is good until " + expiry
                    + ": the role's sessions were revoked, or the source hands out old tokens";
        }
        return "token expired " + ago(Duration.between(expiry, now)) + " ago";
    }

    private static String ago(Duration time) {
        if (time.toSeconds() < 120) {
            return time.toSeconds() + " seconds";
        }
        return time.toMinutes() < 120 ? time.toMinutes() + " minutes" : time.toHours() + " hours";
    }

    private static List<String> scope(Rejection rejection, Signed signed) {
        List<String> findings = new ArrayList<>();
        String[] scope = line(signed.stringToSign(), 2).split("/", -1);
        if (scope.length == 4) {
            Matcher region = REGION.matcher(signed.host());
            if (region.find() && !region.group(1).equals(scope[1])) {
                findings.add("scope says " + scope[1] + ", host says " + region.group(1));
            }
            Matcher wanted = EXPECTED.matcher(rejection.message());
            if (wanted.find()) {
                boolean service = rejection.message().contains("correct service");
                findings.add("scope says " + scope[service ? 2 : 1] + ", AWS expects " + wanted.group(1));
            }
        }
        if (findings.isEmpty()) {
            findings.add(
                    scope.length == 4
                            ? "scope says " + scope[1] + " and " + scope[2]
                                    + ", and the upstream is of another region or service: set the route's region and service"
                            : "region or service of the scope is wrong: set the route's region and service");
        }
        return findings;
    }

    private static List<String> mismatch(Workings aws, Signed signed) {
        List<String> findings = new ArrayList<>();
        if (!aws.canonicalRequest().isEmpty()) {
            findings.addAll(CanonicalDiff.of(aws.canonicalRequest(), signed.canonicalRequest()));
        }
        if (!aws.stringToSign().isEmpty()) {
            stringToSign(aws.stringToSign(), signed.stringToSign(), findings);
        }
        if (!findings.isEmpty()) {
            return findings;
        }
        boolean same = !aws.stringToSign().isEmpty() && aws.stringToSign().equals(signed.stringToSign());
        return List.of(
                same
                        ? "AWS built the same string to sign: the secret key does not belong to the key id"
                        : "AWS did not send back what it computed: a hop that changes path, query, Host or body,"
                                + " or a secret key that does not belong to the key id");
    }

    private static void stringToSign(String aws, String ours, List<String> findings) {
        if (!line(aws, 1).equals(line(ours, 1))) {
            boolean times = COMPACT.matcher(line(aws, 1)).matches();
            findings.add("time differs: AWS saw " + (times ? line(aws, 1) : "none") + ", we signed " + line(ours, 1));
        }
        String theirs = line(aws, 2);
        if (!theirs.equals(line(ours, 2)) && theirs.matches("[A-Za-z0-9_/-]{1,100}")) {
            findings.add("scope differs: AWS has " + theirs + ", we signed " + line(ours, 2));
        }
    }

    /** Whether an API stands before the service, or an application behind it: else words about these would mislead. */
    private static boolean hostsApplications(Signed signed) {
        String[] scope = line(signed.stringToSign(), 2).split("/", -1);
        return scope.length > 2 && AwsService.of(scope[2]).hostsApplications();
    }

    private static String missing(Signed signed) {
        if (!hostsApplications(signed)) {
            return "AWS found no signature: something on the way removes the Authorization header";
        }
        String[] lines = signed.canonicalRequest().split("\n", 3);
        return "the API has no such method and path" + (lines.length < 3 ? "" : " (" + lines[0] + " " + lines[1] + ")")
                + ", or the stage is missing from the upstream's URL";
    }

    private static String line(String text, int number) {
        String[] lines = text.split("\n", -1);
        return number < lines.length ? lines[number].strip() : "";
    }
}
