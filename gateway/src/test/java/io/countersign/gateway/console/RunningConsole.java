package io.countersign.gateway.console;

import io.countersign.gateway.console.serve.RawConsole;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.gateway.testing.RunningGateway;
import io.countersign.gateway.testing.Upstream;
import io.countersign.proxy.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A gateway with a console, an upstream that takes all, and a token of each role. */
public final class RunningConsole implements AutoCloseable {
    private final Upstream upstream = new Upstream(Map.of());
    private final Map<Role, String> tokens = new EnumMap<>(Role.class);
    private final RunningGateway gateway;
    private final TokensFile file;
    private final int port;

    /** @param more settings besides routes and the console */
    public RunningConsole(Path folder, String more) throws IOException, TokensFile.Refused, StartFailure {
        file = new TokensFile(folder.resolve("tokens"));
        for (Role role : Role.values()) {
            Token token = new Token("a-" + role.word(), Optional.of(role), Optional.empty());
            tokens.put(role, file.add(token, new SecureRandom()).secret());
        }
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        gateway = new RunningGateway(folder, settings(more));
    }

    private String settings(String more) {
        return """
                console { bind = "127.0.0.1:%d", tokens-file = tokens }
                routes {
                  metrics { upstream = "%s", service = execute-api, region = us-east-1, match.path-prefix = /m }
                  plain { upstream = "%s", auth = none, match.path-prefix = /plain }
                }
                %s
                """.formatted(port, upstream.url(), upstream.url(), more);
    }

    public RunningGateway gateway() {
        return gateway;
    }

    /** Edits the settings; see {@link RunningGateway#configure}. */
    public void configure(String more) {
        gateway.configure(settings(more));
    }

    /** One that takes all. */
    public String upstream() {
        return upstream.url();
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public RawConsole console() {
        return new RawConsole(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    public String token(Role role) {
        return tokens.get(role);
    }

    public TokensFile file() {
        return file;
    }

    /** The body of an answer that has to be 200. */
    public String get(String path) {
        RawConsole.Answer answer = console().get(path, token(Role.VIEWER));
        if (answer.status() != 200) {
            throw new AssertionError(path + ": " + answer);
        }
        return answer.body();
    }

    @Override
    public void close() {
        gateway.close();
        upstream.close();
    }
}
