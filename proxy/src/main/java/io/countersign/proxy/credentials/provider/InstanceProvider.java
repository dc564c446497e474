package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Principal;
import io.countersign.proxy.credentials.Reason;
import io.countersign.proxy.secrets.Secrets;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The role of the EC2 instance, from its metadata service, by IMDSv2; by the first version where the instance has no other
 * and {@code AWS_EC2_METADATA_V1_DISABLED} is not set. It is asked here and not by the SDK's provider, which keeps the
 * session's token to itself, so that nobody could mask it.
 */
record InstanceProvider(Environment environment) implements CredentialsProvider {
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";
    private static final String SESSION = "x-aws-ec2-metadata-token";
    private static final Pattern ROLE = Pattern.compile("[\\w+=,.@-]{1,128}");
    private static final Duration READ = Duration.ofSeconds(1);

    @Override
    public String kind() {
        return "instance";
    }

    @Override
    public Optional<String> absence() {
        return environment.isTrue("AWS_EC2_METADATA_DISABLED")
                ? Optional.of("AWS_EC2_METADATA_DISABLED is true")
                : Optional.empty();
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        Optional<String> absence = absence();
        if (absence.isPresent()) {
            throw new FetchFailure("instance: " + absence.get());
        }
        return new Asking(endpoint()).credentials();
    }

    private String endpoint() throws FetchFailure {
        boolean ipv6 = environment
                .get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
                .filter("IPv6"::equalsIgnoreCase)
                .isPresent();
        String endpoint = environment
                .get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
                .orElse(ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
        try {
            URI url = new URI(endpoint);
            if (url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
                return endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
            }
        } catch (URISyntaxException e) {
            // Said below, without the value.
        }
        throw new FetchFailure("instance: AWS_EC2_METADATA_SERVICE_ENDPOINT is not a valid URL of a host");
    }

    /** One fetch: a session's token, the role's name, its credentials. */
    private final class Asking {
        private final String endpoint;
        private final String where;
        private Map<String, String> headers = Map.of();
        private Secrets secrets = Secrets.NONE;
        private boolean tokenGotLost;

        Asking(String endpoint) {
            this.endpoint = endpoint;
            this.where = "instance metadata at " + endpoint;
        }

        Fetched credentials() throws FetchFailure {
            openSession();
            String role = get(ROLES).body().strip().split("\\R", 2)[0].strip();
            if (!ROLE.matcher(role).matches()) {
                throw failure("the instance has no role, or its name is not one");
            }
            CredentialsDocument json = CredentialsDocument.of(get(ROLES + role).body())
                    .orElseThrow(() -> failure("the answer is not a JSON object"));
            Optional<String> code = json.member("Code").filter(text -> !text.equals("Success"));
            if (code.isPresent()) {
                throw failure(code.get()
                        + json.member("Message").map(text -> ": " + text).orElse(""));
            }
            return json.credentials("Token", where, "instance").of(principal(role));
        }

        /** "Instance metadata categories" in the EC2 User Guide: the profile's ARN has the account, and the session is named after the instance. */
        private Principal principal(String role) {
            try {
                Optional<String> profile = CredentialsDocument.of(
                                get("/latest/meta-data/iam/info").body())
                        .flatMap(info -> info.member("InstanceProfileArn"));
                Principal owner = Principal.ofArn(profile.orElse(""));
                String partition = profile.orElse("").replaceFirst("^arn:([^:]*):.*", "$1");
                return owner.account()
                        .map(account -> Principal.ofArn(
                                "arn:" + partition + ":sts::" + account + ":assumed-role/" + role + "/" + instance()))
                        .orElse(Principal.UNKNOWN);
            } catch (FetchFailure notSaid) {
                return Principal.UNKNOWN;
            }
        }

        private String instance() {
            try {
                return get("/latest/meta-data/instance-id").body().strip();
            } catch (FetchFailure notSaid) {
                return "*";
            }
        }

        private void openSession() throws FetchFailure {
            try {
                LocalHttp.Reply reply = send("PUT", "/latest/api/token", Map.of(SESSION + "-ttl-seconds", "300"));
                if (reply.status() == 200) {
                    String token = TokenFile.checked(reply.body().strip(), where + ": its session token");
                    headers = Map.of(SESSION, token);
                    secrets = Secrets.NONE.and(token);
                } else if (reply.status() == 400 || reply.status() >= 500 || onlySecondVersion()) {
                    throw failure(said(reply));
                }
            } catch (SocketTimeoutException lost) {
                // The answer to this request alone is sent with the instance's hop limit. What the others say shows it.
                tokenGotLost = true;
                if (onlySecondVersion()) {
                    throw failure("the session's token does not arrive: " + hopLimit());
                }
            } catch (IOException e) {
                throw failure(Reason.of(e));
            }
        }

        private boolean onlySecondVersion() {
            return environment.isTrue("AWS_EC2_METADATA_V1_DISABLED");
        }

        private LocalHttp.Reply get(String path) throws FetchFailure {
            try {
                LocalHttp.Reply reply = send("GET", path, headers);
                if (reply.status() == 200) {
                    return reply;
                }
                // "Use IMDSv2", "Considerations for containers" in the EC2 User Guide.
                throw failure(tokenGotLost && reply.status() == 401 ? hopLimit() : said(reply));
            } catch (IOException e) {
                throw failure(Reason.of(e, secrets));
            }
        }

        private LocalHttp.Reply send(String method, String path, Map<String, String> fields) throws IOException {
            return LocalHttp.send(method, URI.create(endpoint + path), fields, READ);
        }

        private static String hopLimit() {
            return "it answers, but its tokens don't arrive: its hop limit is 1 and this is a container; set the"
                    + " instance's HttpPutResponseHopLimit to 2, or use the host's network";
        }

        private static String said(LocalHttp.Reply reply) {
            return (reply.status() + " " + reply.phrase()).strip()
                    + (reply.body().isBlank() ? "" : ": " + reply.body().strip());
        }

        private FetchFailure failure(String what) {
            return new FetchFailure(secrets.mask(where + ": " + what));
        }
    }
}
