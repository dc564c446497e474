package io.countersign.cli;

import io.countersign.proxy.StartFailure;
import io.countersign.proxy.Trial;
import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.AccessMode;
import io.countersign.proxy.access.UserRules;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.net.Pem;
import io.countersign.proxy.policy.ConditionKey;
import io.countersign.proxy.policy.Decision;
import io.countersign.proxy.policy.PolicyDocument;
import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign rules test}: whether an address may call, by which line, and what becomes of a request of it. */
@Command(
        name = "test",
        description =
                "Say whether an address may call, by which line of which list, and that line's comment. With --path"
                        + " also which route takes its request, and what the route's policies decide on it.",
        footer = {
            "",
            "Exits with 0 when it is allowed, 1 when it is denied or no route takes the request, 2 when usage or"
                    + " configuration is wrong, or a list can't be fetched that is not a file. Connects to nothing else; what IAM"
                    + " decides at AWS is not known here, and neither is who was approved: the console of the gateway that runs"
                    + " says that, on the page Rules and policies or by POST /api/v1/rules/test."
        })
final class RulesTestCommand implements Callable<Integer> {
    private static final String ASK_THE_GATEWAY =
            "note: who was approved is known to the gateway that runs, not to this command: ask its console, on the page Rules and"
                    + " policies or by POST /api/v1/rules/test; countersign pending list --decided --server URL shows whom it"
                    + " knows";

    private final Console console;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "ADDRESS", description = "IPv4 or IPv6.")
    private Optional<String> address = Optional.empty();

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "In place of an address: a user of this system, who calls by a Unix socket.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "With an address: the certificate that the client shows, as PEM. Whether an authority of the"
                    + " listener has issued it is not looked at.")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--token",
            paramLabel = "NAME",
            description = "Of a gateway: the token that the request shows, by its name in tokens-file.")
    private Optional<String> token = Optional.empty();

    @Option(
            names = "--service-account",
            paramLabel = "NAMESPACE/NAME",
            description = "Of a gateway: the service account whose token the request shows.")
    private Optional<String> serviceAccount = Optional.empty();

    @Option(
            names = "--listener",
            paramLabel = "BIND",
            description = "Where the caller connects to, as in listeners[].bind: tenants of a gateway may go by that.")
    private Optional<String> listener = Optional.empty();

    @Option(
            names = "--path",
            paramLabel = "/PATH",
            description = "Of a request, as the client writes it, without a query.")
    private Optional<String> path = Optional.empty();

    @Option(names = "--method", paramLabel = "METHOD", description = "With --path: GET, POST ... Default: GET.")
    private Optional<String> method = Optional.empty();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "With --path: the request's Host field. Default: localhost, or where access.allowed-hosts lacks"
                            + " that, the first of these.")
    private Optional<String> host = Optional.empty();

    @Mixin
    private OutputForm output = new OutputForm();

    RulesTestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        Caller caller = known(caller());
        if (path.isEmpty() && (method.isPresent() || host.isPresent())) {
            throw CommandFailure.wrong("--method and --host describe a request: give its --path too");
        }
        if (path.isPresent() && (!path.get().startsWith("/") || path.get().indexOf('?') >= 0)) {
            throw CommandFailure.wrong("--path begins with / and has no query, unlike '" + path.get() + "'");
        }
        ProxyConfig loaded = config.loadWithLists(console.environment()).config();
        Verdict verdict = loaded.access().rules().decide(caller);
        noteWhatIsMissing(loaded.access(), caller);
        if (output.isJson()) {
            return new RulesTrial(loaded).print(caller, verdict, path.map(this::asked), console.out());
        }
        console.out().println(RulesCommand.text(verdict));
        if (path.isEmpty() ? verdict instanceof Verdict.Denied : Trial.isHopeless(loaded, verdict)) {
            return CommandFailure.FAILED;
        }
        return path.isEmpty() ? 0 : request(loaded, caller, path.get());
    }

    private RulesTrial.Asked asked(String target) {
        return new RulesTrial.Asked(method.orElse("GET"), target, host);
    }

    /** With what a request, or the connection that it comes by, would show besides. */
    private Caller known(Caller caller) throws CommandFailure {
        if (token.isPresent() && serviceAccount.isPresent()) {
            throw CommandFailure.wrong("rules test: a request shows a --token or a --service-account, not both");
        }
        return Trial.showing(caller, token, serviceAccount, listener);
    }

    private Caller caller() throws CommandFailure {
        if (address.isPresent() == user.isPresent()) {
            throw CommandFailure.wrong("rules test: give an ADDRESS, or a --user who calls by a Unix socket");
        }
        if (address.isPresent()) {
            Caller caller = Caller.ofSocket(RulesCommand.parse(address.get()));
            return certificate.isEmpty() ? caller : caller.by(TlsClient.asked(Optional.of(read(certificate.get()))));
        }
        if (certificate.isPresent()) {
            throw CommandFailure.wrong("rules test: certificates are shown by TLS: give an ADDRESS with --certificate");
        }
        return UserRules.find(user.get())
                .map(Caller::ofUnixSocket)
                .orElseThrow(() -> CommandFailure.wrong(
                        "rules test: '" + user.get() + "' is not a user of this system; write a name, or a number"));
    }

    private static ClientCertificate read(Path file) throws CommandFailure {
        try {
            List<Certificate> chain = Pem.certificates(Files.readAllBytes(file));
            if (!chain.isEmpty() && chain.get(0) instanceof X509Certificate first) {
                return ClientCertificate.of(first);
            }
        } catch (IOException | CertificateException e) {
            // Said below.
        }
        throw CommandFailure.wrong("rules test: " + file + " can't be read as a certificate; name a PEM file with one");
    }

    private void noteWhatIsMissing(AccessConfig access, Caller caller) {
        if (caller.address().filter(access.trustedProxies()::contains).isPresent()) {
            console.err()
                    .println("note: " + caller
                            + " is in access.trusted-proxies: its requests are judged by the address that"
                            + " they name as their caller's, so test that one");
        }
        boolean byCertificate = !access.rules().certificates().entries().isEmpty();
        if (address.isPresent() && certificate.isEmpty() && byCertificate) {
            console.err()
                    .println("note: without --certificate this is a caller by a listener that asks for none: rules on"
                            + " certificates don't judge it");
        }
    }

    private int request(ProxyConfig loaded, Caller caller, String path) throws CommandFailure {
        String asked = method.orElse("GET");
        String authority = host.orElseGet(() -> Trial.usualHost(loaded));
        console.out().println(asked + " " + path + " for " + authority);
        try {
            Trial.Result result = new Trial(loaded, Clock.systemUTC()).request(caller, asked, path, authority);
            if (result instanceof Trial.Result.Taken taken) {
                sayWhose(taken.findings());
                show(taken.route());
                say(taken, loaded.access().rules().mode() == AccessMode.AUDIT);
                return 0;
            }
            Trial.Result.NotTaken refused = (Trial.Result.NotTaken) result;
            sayWhose(refused.findings());
            refused.findings().route().ifPresent(this::show);
            console.out()
                    .println("refused with "
                            + refused.response().status(refused.findings().keepsData()) + ": "
                            + refused.response().detail());
            if (refused.response().cause() == LocalCause.NOT_APPROVED) {
                console.err().println(ASK_THE_GATEWAY);
            }
            return CommandFailure.FAILED;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrong("rules: such a request can't be written: " + e.getMessage());
        } catch (StartFailure e) {
            throw CommandFailure.of(e);
        }
    }

    private void sayWhose(Findings findings) {
        findings.caller().tenant().ifPresent(tenant -> console.out().println("belongs to tenant " + tenant));
    }

    private void show(Route route) {
        console.out().println("takes route " + route.name() + ", to " + route.upstream());
        RoutePolicies policies = route.config().conditions().policies();
        for (PolicyDocument document : policies.documents()) {
            document.keys().stream()
                    .filter(key -> key == ConditionKey.USER_AGENT || key == ConditionKey.REFERER)
                    .forEach(key -> console.err()
                            .println("note: " + document.file() + " asks for " + key
                                    + ", which the request tried here lacks; countersign policy test can give it"));
        }
    }

    private void say(Trial.Result.Taken taken, boolean audit) {
        List<PolicyDocument> documents =
                taken.route().config().conditions().policies().documents();
        console.out().println(taken.policy().map(RulesTestCommand::text).orElse("the route has no policy"));
        boolean denied = taken.policy()
                .filter(taken.route().config().conditions().policies()::denies)
                .isPresent();
        if (denied && audit) {
            console.out()
                    .println("the request is let through, since access.mode is audit; enforced it would be denied");
        } else if (taken.policy().orElse(null) instanceof Decision.ImplicitDeny) {
            console.out()
                    .println(
                            "the request is left to IAM: it goes upstream, where IAM may allow callers of the API's own"
                                    + " account; from another account, or unsigned, it is denied");
        } else if (!documents.isEmpty()) {
            console.out().println("the request is allowed: it goes upstream");
        }
    }

    private static String text(Decision decision) {
        if (decision instanceof Decision.Allow allow) {
            return "allowed by statement " + allow.by();
        }
        return decision instanceof Decision.ExplicitDeny deny
                ? "denied by statement " + deny.by()
                : "no statement of the route's policies matches";
    }
}
