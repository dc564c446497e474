package io.countersign.proxy.access;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.secrets.Quoted;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a list is that is not a file: {@code https://host/path}, {@code s3://bucket/key} or {@code ssm:/parameter/name}.
 *
 * @param text as it was written; the query of a URL may be a credential
 */
public record RemoteList(Kind kind, String text) {
    /** How it is fetched. */
    public enum Kind {
        /** A GET, unsigned. */
        HTTPS,
        /** An object of S3, its GET signed. */
        S3,
        /** A parameter of Systems Manager's Parameter Store, asked for with a signature. */
        SSM
    }

    private static final int MAX_LENGTH = 2048;
    private static final Pattern SCHEME = Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*://|(?i:ssm):).*", Pattern.DOTALL);
    private static final Pattern HTTPS = Pattern.compile("https://([^/?]+)(/[^?]*)?(\\?.*)?");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");
    /** General purpose buckets ("Bucket naming rules" in the S3 user guide). */
    private static final Pattern S3 = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(\\P{Cntrl}{1,1024})");
    /** "PutParameter" in the Systems Manager API reference: a name in full has at most 1,011 characters. */
    private static final Pattern SSM = Pattern.compile("ssm:(/[A-Za-z0-9_./-]{1,1010})");

    /** Whether a setting that names a list names one that is to be fetched. */
    public static boolean isRemote(String text) {
        return SCHEME.matcher(text).matches();
    }

    /**
     * Reads such a name.
     *
     * @throws IllegalArgumentException whose message says what would be right; it shows nothing that may be a secret
     */
    public static RemoteList parse(String text) {
        String scheme = text.substring(0, text.indexOf(':')).toLowerCase(Locale.ROOT);
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("is longer than " + MAX_LENGTH + " characters");
        }
        switch (scheme) {
            case "https":
                checkUrl(text);
                return new RemoteList(Kind.HTTPS, text);
            case "s3":
                if (!S3.matcher(text).matches()) {
                    throw new IllegalArgumentException(
                            Quoted.of(text) + " does not name an object; write s3://bucket/key");
                }
                return new RemoteList(Kind.S3, text);
            case "ssm":
                if (!SSM.matcher(text).matches()) {
                    throw new IllegalArgumentException(
                            Quoted.of(text) + " does not name a parameter; write ssm:/path/name");
                }
                return new RemoteList(Kind.SSM, text);
            default:
                throw new IllegalArgumentException("lists are not fetched from " + Quoted.of(scheme)
                        + "; write a file's name, https://host/path, s3://bucket/key or ssm:/parameter/name");
        }
    }

    private static void checkUrl(String text) {
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "the URL has an \"@\" in it; a user name is not sent, and elsewhere write %40");
        }
        Matcher url = HTTPS.matcher(text);
        if (!url.matches() || text.indexOf('#') >= 0 || !VISIBLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "is not the URL of a list; write one such as https://host/path, without a fragment or blanks");
        }
        HostPort to = Hosts.hostPort(url.group(1), 1, 443);
        if (Hosts.isForbidden(to.host())) {
            throw new IllegalArgumentException(
                    to.host() + " is a link-local, metadata, unspecified or multicast address"
                            + " (or embeds one), from which no list is fetched");
        }
    }

    /** Of a URL: where it leads. */
    public HostPort server() {
        return Hosts.hostPort(part(HTTPS, 1), 1, 443);
    }

    /** Of a URL: path and query. */
    public String target() {
        Matcher url = HTTPS.matcher(text);
        return url.matches()
                ? Optional.ofNullable(url.group(2)).orElse("/")
                        + Optional.ofNullable(url.group(3)).orElse("")
                : "/";
    }

    /** Of an object in S3. */
    public String bucket() {
        return part(S3, 1);
    }

    /** Of an object in S3. */
    public String key() {
        return part(S3, 2);
    }

    /** Of a parameter. */
    public String parameter() {
        return part(SSM, 1);
    }

    private String part(Pattern form, int group) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException(this + " is of another kind");
        }
        return matcher.group(group);
    }

    /** For logs, verdicts and metrics: without the query. */
    public String shown() {
        int query = kind == Kind.HTTPS ? text.indexOf('?') : -1;
        return query < 0 ? text : text.substring(0, query) + "?...";
    }

    @Override
    public String toString() {
        return shown();
    }
}
