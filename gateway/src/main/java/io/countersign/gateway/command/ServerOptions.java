package io.countersign.gateway.command;

import io.countersign.gateway.command.GatewayCommand.Failure;
import io.countersign.proxy.secrets.Quoted;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * For commands that talk to a gateway that runs: where it is, and the token to show it. The token is never an argument, which every user
 * of the machine could read in the list of processes.
 */
public final class ServerOptions {
    static final String VARIABLE = "COUNTERSIGN_TOKEN";
    private static final int MAX_TOKEN_FILE = 4096;

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8007",
            description = "The console of the gateway: a URL, or unix:PATH (default: ${DEFAULT-VALUE}).")
    private String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The file with the token; else it is read from " + VARIABLE + ".")
    private Optional<Path> tokenFile = Optional.empty();

    @Mixin
    private TlsOptions tls = new TlsOptions();

    /** A client for that gateway; says what is missing before anything is sent. */
    public ConsoleClient client(Map<String, String> environment) throws Failure {
        String token = token(environment);
        if (server.startsWith("unix:")) {
            return ConsoleClient.unix(Path.of(server.substring("unix:".length())), token);
        }
        URI url = url();
        return url.getScheme().equals("https")
                ? ConsoleClient.tls(url.getHost(), port(url, 443), tls.context(), token)
                : ConsoleClient.plain(url.getHost(), port(url, 80), token);
    }

    private static int port(URI url, int usual) {
        return url.getPort() < 0 ? usual : url.getPort();
    }

    private URI url() throws Failure {
        URI url;
        try {
            url = URI.create(server);
        } catch (IllegalArgumentException e) {
            throw notUsable();
        }
        boolean http = "http".equals(url.getScheme());
        boolean bare = url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && (url.getRawPath() == null || url.getRawPath().matches("/?"));
        if (!(http || "https".equals(url.getScheme())) || url.getHost() == null || !bare) {
            throw notUsable();
        }
        if (http && !isLoopback(url.getHost())) {
            throw Failure.wrong("--server " + Quoted.of(server)
                    + " would send the token where others can read it; write https://, or connect to loopback");
        }
        return url;
    }

    private Failure notUsable() {
        return Failure.wrong(
                "--server " + Quoted.of(server)
                        + " is not usable; write https://HOST:PORT, http://127.0.0.1:PORT or unix:/PATH, without a path after the port");
    }

    /** By what is written: a name could lead anywhere. */
    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    private String token(Map<String, String> environment) throws Failure {
        if (tokenFile.isPresent()) {
            return checked(readToken(tokenFile.get()), "--token-file " + tokenFile.get());
        }
        String token = environment.getOrDefault(VARIABLE, "");
        if (token.isEmpty()) {
            throw Failure.wrong("which token? Set " + VARIABLE
                    + ", or give --token-file FILE; countersign token add NAME --role" + " ROLE makes one");
        }
        return checked(token, VARIABLE);
    }

    private static String readToken(Path file) throws Failure {
        try {
            if (Files.size(file) > MAX_TOKEN_FILE) {
                throw Failure.wrong("--token-file " + file + " has more in it than a token");
            }
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw Failure.wrong("--token-file: there is no file " + file);
        } catch (IOException e) {
            throw Failure.wrong(
                    "--token-file " + file + " can't be read: " + e.getClass().getSimpleName());
        }
    }

    /** It goes into a field of the request, so it may hold nothing that ends the field. Never repeats it. */
    private static String checked(String token, String where) throws Failure {
        if (!token.matches("csgn_[A-Za-z0-9_-]{43}")) {
            throw Failure.wrong(
                    where + " holds no token; one is csgn_ and 43 letters, digits, '-' and '_', on one line");
        }
        return token;
    }
}
