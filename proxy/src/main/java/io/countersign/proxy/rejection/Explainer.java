package io.countersign.proxy.rejection;

import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.aws.ClockSkew;
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
            case INVALID_TOKEN, UNKNOWN_KEY -> findings.add(Finding.KEY.with());
            case WRONG_SCOPE -> findings.addAll(scope(rejection, signed));
            case SIGNATURE_MISMATCH -> findings.addAll(mismatch(rejection.workings(), signed));
            case INCOMPLETE_SIGNATURE -> findings.addAll(unreadable(signed));
            case MISSING_AUTHENTICATION -> findings.add(missing(signed));
            case PERMISSION ->
                findings.add(Finding.PERMISSION.with(rejection.message().isEmpty() ? "" : ": " + rejection.message()));
            case BARE_FORBIDDEN -> findings.add(Finding.BARE_FORBIDDEN.with());
            case FORBIDDEN -> findings.add(forbidden(rejection, signed).with());
            case AUTHORIZER -> findings.add(Finding.AUTHORIZER.with());
        }
        server.filter(time -> rejection.cause() != Cause.CLOCK_SKEW)
                .map(time -> Duration.between(signed.at(), time))
                .filter(skew -> skew.abs().compareTo(Duration.ofMinutes(1)) > 0)
                .ifPresent(skew -> findings.add(inWords(skew)));
        return findings;
    }

    private static Finding forbidden(Rejection rejection, Signed signed) {
        if (rejection.errorType().equals("cluster_block_exception")
                || rejection.message().contains("cluster_block_exception")) {
            return Finding.CLUSTER_BLOCKED;
        }
        boolean application =
                signed.service().isEmpty() || AwsServices.of(signed.service()).hostsApplications();
        return application ? Finding.GUARD : Finding.SERVICE_REFUSES;
    }

    private static String clock(Signed signed, Optional<Instant> server, Instant now) {
        if (server.isEmpty()) {
            return Finding.CLOCK_WITHOUT_DATE.with();
        }
        boolean ours = Duration.between(now, server.get()).abs().compareTo(RIGHT) < 0;
        boolean corrected = Duration.between(now, signed.at()).abs().compareTo(ClockSkew.MAX) > 0;
        return ours && corrected
                ? Finding.CLOCK_RIGHT_AGAIN.with()
                : inWords(Duration.between(corrected ? now : signed.at(), server.get()));
    }

    private static String inWords(Duration skew) {
        Finding which = skew.isNegative() ? Finding.CLOCK_AHEAD : Finding.CLOCK_BEHIND;
        return which.with(skew.abs().toSeconds());
    }

    /** @param now by AWS's clock where the response has it, since that is what the token was checked against */
    private static String expired(Signed signed, Instant now) {
        if (signed.keysExpiry().isEmpty()) {
            return Finding.TOKEN_WITHOUT_EXPIRY.with();
        }
        Instant expiry = signed.keysExpiry().get();
        if (expiry.isAfter(now)) {
            return Finding.TOKEN_REVOKED.with(expiry);
        }
        return Finding.TOKEN_EXPIRED.with(ago(Duration.between(expiry, now)));
    }

    private static String ago(Duration time) {
        if (time.toSeconds() < 120) {
            return time.toSeconds() + " seconds";
        }
        return time.toMinutes() < 120 ? time.toMinutes() + " minutes" : time.toHours() + " hours";
    }

    private static List<String> unreadable(Signed signed) {
        return signed.isAsymmetric()
                ? List.of(Finding.UNREADABLE.with(), Finding.ASYMMETRIC_UNREADABLE.with())
                : List.of(Finding.UNREADABLE.with());
    }

    private static List<String> scope(Rejection rejection, Signed signed) {
        String regions = signed.regions();
        if (signed.service().isEmpty() || regions.isEmpty()) {
            return List.of(Finding.SCOPE_WRONG.with());
        }
        boolean set = signed.isAsymmetric();
        List<String> findings = new ArrayList<>();
        Matcher region = REGION.matcher(signed.host());
        if (region.find() && !mayName(regions, region.group(1))) {
            findings.add((set ? Finding.REGION_SET_AND_HOST : Finding.SCOPE_AND_HOST).with(regions, region.group(1)));
        }
        Matcher wanted = EXPECTED.matcher(rejection.message());
        if (wanted.find()) {
            boolean service = rejection.message().contains("correct service");
            findings.add(Finding.SCOPE_EXPECTED.with(service ? signed.service() : regions, wanted.group(1)));
        }
        if (findings.isEmpty()) {
            findings.add(
                    (set ? Finding.REGION_SET_OF_ANOTHER : Finding.SCOPE_OF_ANOTHER).with(regions, signed.service()));
        }
        return findings;
    }

    /** Whether a scope's region, or a region set, names that region; a pattern may. */
    private static boolean mayName(String regions, String region) {
        return regions.indexOf('*') >= 0 || List.of(regions.split(",")).contains(region);
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
        return List.of(same ? Finding.SECRET_KEY.with() : Finding.NOTHING_TO_COMPARE.with());
    }

    private static void stringToSign(String aws, String ours, List<String> findings) {
        if (line(aws, 0).matches("AWS4-[A-Z0-9-]{1,40}") && !line(aws, 0).equals(line(ours, 0))) {
            findings.add(Finding.ALGORITHM_DIFFERS.with(line(aws, 0), line(ours, 0)));
        }
        if (!line(aws, 1).equals(line(ours, 1))) {
            boolean times = COMPACT.matcher(line(aws, 1)).matches();
            findings.add(Finding.TIME_DIFFERS.with(times ? line(aws, 1) : "none", line(ours, 1)));
        }
        String theirs = line(aws, 2);
        if (!theirs.equals(line(ours, 2)) && theirs.matches("[A-Za-z0-9_/-]{1,100}")) {
            findings.add(Finding.SCOPE_DIFFERS.with(theirs, line(ours, 2)));
        }
    }

    /** Whether there is an API in front of the service, or an application behind it: without one, words about these would mislead. */
    private static boolean hostsApplications(Signed signed) {
        return !signed.service().isEmpty() && AwsServices.of(signed.service()).hostsApplications();
    }

    private static String missing(Signed signed) {
        if (!hostsApplications(signed)) {
            return Finding.NO_SIGNATURE.with();
        }
        String[] lines = signed.canonicalRequest().split("\n", 3);
        return Finding.NO_SUCH_METHOD.with(lines.length < 3 ? "" : " (" + lines[0] + " " + lines[1] + ")");
    }

    private static String line(String text, int number) {
        String[] lines = text.split("\n", -1);
        return number < lines.length ? lines[number].strip() : "";
    }
}
