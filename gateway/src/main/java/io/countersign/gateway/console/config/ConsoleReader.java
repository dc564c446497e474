package io.countersign.gateway.console.config;

import io.countersign.gateway.identity.TokenTable;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.gateway.identity.TokensText;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.BindReader;
import io.countersign.proxy.listen.tls.ServerTls;
import io.countersign.proxy.listen.tls.ServerTlsReader;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.settings.FurtherSettings.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;

/** Reads {@code console}, and refuses a console that others could listen in on, or that nobody could use. */
public final class ConsoleReader {
    private static final String TOKENS_FILE = "tokens-file";
    private static final String THIS_RUN = "token-for-this-run";

    private final FurtherKeys keys;
    private final Load load;

    /** @param keys for the defaults */
    public ConsoleReader(FurtherKeys keys, Load load) {
        this.keys = keys;
        this.load = load;
    }

    /**
     * Reads it; empty where there is to be no console, and after a fault.
     *
     * @param root of all settings
     */
    public Optional<ConsoleConfig> read(Section root) {
        Section written = root.section("console");
        boolean withTls = written.has("tls");
        Section console = written.withDefaults(keys.defaults("console"));
        if (written.object().isEmpty()) {
            return Optional.empty();
        }
        Optional<Bind> bind = bind(console);
        Optional<ServerTls> tls = withTls ? tls(console.section("tls")) : Optional.empty();
        Set<String> hosts = console.parsedAll("allowed-hosts", Hosts::field);
        boolean thisRun = console.flag(THIS_RUN);
        TokenTable tokens = tokens(root, console, thisRun);
        console.rejectUnknown(load.unknown());
        bind.ifPresent(to -> check(console, to, withTls));
        if (bind.isEmpty() || !console.sound()) {
            return Optional.empty();
        }
        return Optional.of(new ConsoleConfig(
                new ConsoleConfig.Port(bind.get(), tls, console.where("bind")),
                new ConsoleConfig.Visitors(tokens, hosts, thisRun),
                new ActingSettings(keys, load).shown()));
    }

    private static Optional<Bind> bind(Section console) {
        if (!console.has("bind")) {
            console.fault(
                    "bind", "is missing; write an address and a port, such as \"127.0.0.1:8007\", or \"unix:/path\"");
            return Optional.empty();
        }
        return BindReader.read(console, new ArrayList<>());
    }

    private Optional<ServerTls> tls(Section tls) {
        return new ServerTlsReader(load.files(), load.unknown(), load.process().clock()).read(tls);
    }

    private static void check(Section console, Bind bind, boolean withTls) {
        if (bind.isOpen() && !withTls) {
            console.fault(
                    "bind",
                    bind
                            + " can be reached from other machines, and without TLS whoever can read that network could read the"
                            + " tokens; write console.tls { certificate, key }, or bind to 127.0.0.1 or a Unix socket");
        }
        if (bind instanceof Bind.Unix && withTls) {
            console.fault("tls", "is for TCP: what a Unix socket carries stays on this machine; take it out");
        }
    }

    /** Its own file, or the one of callers: a token with a role is for the console, wherever it is. */
    private TokenTable tokens(Section root, Section console, boolean thisRun) {
        Optional<Setting> file = console.text(TOKENS_FILE).or(() -> root.text(TOKENS_FILE));
        if (file.isEmpty()) {
            if (!thisRun && !console.has(TOKENS_FILE)) {
                console.fault(
                        TOKENS_FILE,
                        "is missing, so nobody could use the console; make a token (countersign token add NAME --role"
                                + " admin) and name its file here, or start with countersign run --console");
            }
            return TokenTable.empty();
        }
        Path path = load.files().path(file.get());
        Optional<String> text = load.files().read(file.get(), path);
        if (text.isEmpty()) {
            console.spoilt();
            return TokenTable.empty();
        }
        TokenTable tokens = TokensText.read(text.get(), path.toString(), load.faults()::add);
        warn(file.get(), path, tokens, thisRun);
        return tokens;
    }

    private void warn(Setting file, Path path, TokenTable tokens, boolean thisRun) {
        try {
            new TokensFile(path).exposure().ifPresent(what -> load.faults().warn(file.where(), what));
        } catch (IOException e) {
            load.faults().warn(file.where(), "who may read " + path + " can't be seen");
        }
        boolean any = tokens.tokens().stream()
                .anyMatch(token -> token.role().isPresent()
                        && !token.hasEnded(load.process().clock().instant()));
        if (!any && !thisRun) {
            load.faults()
                    .warn(
                            file.where(),
                            path
                                    + " holds no token with a role that is in force, so nobody can use the console; countersign"
                                    + " token add NAME --role admin makes one");
        }
    }
}
