package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Reason;
import io.countersign.proxy.secrets.Secrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The endpoint of ECS tasks and of EKS Pod Identity (with its token file, read for each fetch). It is asked here and not by
 * the SDK's provider, whose exceptions quote a token that ends in a newline, and keep the endpoint's reason to themselves.
 */
record ContainerProvider(Environment environment) implements CredentialsProvider {
    private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

    private static final String ECS = "http://169.254.170.2";
    /** "Container credential provider" in the AWS SDKs and Tools Reference Guide: besides loopback, plain http is for these. */
    private static final List<String> PLAIN_HOSTS = List.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

    private static final Duration READ = Duration.ofSeconds(4);
    private static final int ATTEMPTS = 2;

    @Override
    public String kind() {
        return "container";
    }

    /** A token without an address to send it to is set up, and fails. */
    @Override
    public Optional<String> absence() {
        boolean set = List.of(RELATIVE, FULL, TOKEN, TOKEN_FILE).stream()
                .anyMatch(variable -> environment.get(variable).isPresent());
        return set ? Optional.empty() : Optional.of("neither " + RELATIVE + " nor " + FULL + " is set");
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        URI url = url();
        String where = "container endpoint " + url.getScheme() + "://" + url.getAuthority();
        Optional<String> token = token();
        Secrets secrets = Secrets.NONE.and(bare(token.orElse("")));
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
        token.ifPresent(value -> headers.put("Authorization", value));
        LocalHttp.Reply reply = ask(url, headers, where, secrets);
        Optional<CredentialsDocument> json = CredentialsDocument.of(reply.body());
        if (reply.status() != 200) {
            String said = json.flatMap(ContainerProvider::said).orElse(reply.body());
            throw new FetchFailure(secrets.mask(where + ": " + (reply.status() + " " + reply.phrase()).strip()
                    + (said.isBlank() ? "" : ": " + said)));
        }
        if (json.isEmpty()) {
            throw new FetchFailure(where + ": the answer is not a JSON object");
        }
        return json.get().credentials("Token", where, "container");
    }

    private static LocalHttp.Reply ask(URI url, Map<String, String> headers, String where, Secrets secrets)
            throws FetchFailure {
        for (int attempt = 1; ; attempt++) {
            try {
                LocalHttp.Reply reply = LocalHttp.send("GET", url, headers, READ);
                if (reply.status() < 500 || attempt == ATTEMPTS) {
                    return reply;
                }
            } catch (IOException | IllegalArgumentException e) {
                if (attempt == ATTEMPTS || e instanceof IllegalArgumentException) {
                    throw new FetchFailure(where + ": " + Reason.of(e, secrets));
                }
            }
        }
    }

    private static Optional<String> said(CredentialsDocument json) {
        Optional<String> code = json.member("code").or(() -> json.member("Code"));
        Optional<String> message = json.member("message").or(() -> json.member("Message"));
        return code.isPresent() && message.isPresent()
                ? Optional.of(code.get() + ": " + message.get())
                : code.or(() -> message);
    }

    /** The token after {@code Bearer}: an endpoint may repeat only that. */
    private static String bare(String token) {
        return token.substring(token.lastIndexOf(' ') + 1);
    }

    private URI url() throws FetchFailure {
        Optional<String> relative = environment.get(RELATIVE);
        String variable = relative.isPresent() ? RELATIVE : FULL;
        String text = relative.map(path ->
                        environment.get("AWS_CONTAINER_SERVICE_ENDPOINT").orElse(ECS) + path)
                .or(() -> environment.get(FULL))
                .orElseThrow(() -> new FetchFailure("container: "
                        + absence().orElse("a token is set, but neither " + RELATIVE + " nor " + FULL + " is")));
        if (relative.isPresent() && !relative.get().startsWith("/")) {
            throw new FetchFailure("container: " + RELATIVE + " is not a path that begins with a slash");
        }
        try {
            URI url = new URI(text);
            if (url.getHost() == null || url.getUserInfo() != null) {
                throw new FetchFailure("container: " + variable + " is not a valid URL of a host");
            }
            boolean safe = "https".equals(url.getScheme())
                    || ("http".equals(url.getScheme()) && (relative.isPresent() || isPlainHost(url.getHost())));
            if (!safe) {
                throw new FetchFailure("container: " + variable + " leads to " + url.getHost()
                        + ", and a token must not go there in the clear; use https, loopback, or the address that ECS"
                        + " or EKS gave");
            }
            return url;
        } catch (URISyntaxException e) {
            // Its message quotes the variable, which may hold a password.
            throw new FetchFailure("container: " + variable + " is not a valid URL");
        }
    }

    private static boolean isPlainHost(String host) throws FetchFailure {
        if (PLAIN_HOSTS.contains(host)) {
            return true;
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            throw new FetchFailure("container: " + Reason.of(e));
        }
    }

    /** The file comes first, as for the AWS tools: it is the one that is rotated. */
    private Optional<String> token() throws FetchFailure {
        Optional<String> file = environment.get(TOKEN_FILE);
        if (file.isPresent()) {
            return Optional.of(TokenFile.read(Path.of(file.get()), "container: token file " + file.get()));
        }
        Optional<String> token = environment.get(TOKEN);
        return token.isPresent() ? Optional.of(TokenFile.checked(token.get(), "container: " + TOKEN)) : token;
    }
}
