package io.countersign.cli;

import io.countersign.cli.report.JsonWriter;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.policy.Api;
import io.countersign.proxy.policy.ConditionKey;
import io.countersign.proxy.policy.Decision;
import io.countersign.proxy.policy.PolicyDocument;
import io.countersign.proxy.policy.PolicyRequest;
import io.countersign.proxy.policy.ResourcePolicy;
import io.countersign.proxy.route.OtherReadings;
import io.countersign.proxy.route.UnreservedEscapes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign policy test}: what a policy says of one request, and by which statement. */
@Command(
        name = "test",
        description =
                "Say what a policy decides on a request: allow, explicit-deny or implicit-deny, and by which statement.",
        footer = {
            "",
            "Exits with 0 when the request is allowed or left to IAM, 1 when it is denied, 2 when the policy is wrong."
        })
final class PolicyTestCommand implements Callable<Integer> {
    private static final Map<String, ConditionKey> FIELDS =
            Map.of("user-agent", ConditionKey.USER_AGENT, "referer", ConditionKey.REFERER);

    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The policy, as JSON.")
    private Path file;

    @Option(
            names = "--source-ip",
            required = true,
            paramLabel = "ADDRESS",
            description = "The caller's: both aws:SourceIp and aws:VpcSourceIp, unless --context says otherwise.")
    private String sourceIp;

    @Option(names = "--method", required = true, paramLabel = "METHOD", description = "GET, POST ...")
    private String method;

    @Option(
            names = "--path",
            required = true,
            paramLabel = "/STAGE/PATH",
            description = "As API Gateway gets it: the stage comes first.")
    private String path;

    @Option(
            names = "--api-arn",
            paramLabel = "ARN",
            description = "arn:aws:execute-api:REGION:ACCOUNT:API-ID, for a policy that names its API in full.")
    private Optional<String> apiArn = Optional.empty();

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "User-Agent or Referer, the two that policies see; may be repeated.")
    private List<String> headers = List.of();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "When the request comes, such as 2027-01-31T12:00:00Z. Default: now.")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "KEY=VALUE",
            description =
                    "Another condition key, such as aws:SourceVpce=vpce-1a2b3c4d; without a value it is absent. May be"
                            + " repeated.")
    private List<String> context = List.of();

    @Option(
            names = "--policy-default",
            paramLabel = "iam|deny",
            description = "What happens to a request that no statement matches: left to IAM, or denied, as where nobody"
                    + " signs. Default: iam.")
    private String unmatched = "iam";

    @Mixin
    private OutputForm output = new OutputForm();

    PolicyTestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (!unmatched.equals("iam") && !unmatched.equals("deny")) {
            throw CommandFailure.wrong("--policy-default is iam or deny, not '" + unmatched + "'");
        }
        PolicyDocument document = PolicyFile.read(file);
        Api api = apiArn.isPresent() ? PolicyFile.api(apiArn.get()) : Api.UNKNOWN;
        ResourcePolicy policy = PolicyFile.bind(document, api);
        Map<ConditionKey, String> values = values();
        warnOfAbsent(document, values);
        Decision decision = policy.decide(request(api, values));
        if (output.isJson()) {
            return printJson(decision);
        }
        console.out().println(decision);
        if (decision instanceof Decision.Allow allow) {
            return say("statement " + allow.by(), "the request is allowed: it goes upstream", 0);
        }
        if (decision instanceof Decision.ExplicitDeny deny) {
            return say(
                    "statement " + deny.by(),
                    "the request is denied, whatever another statement or IAM allows: the proxy gives it access.deny-status",
                    1);
        }
        return unmatched.equals("deny")
                ? say(
                        "no statement matches",
                        "the request is denied: the proxy gives a read 403, a write access.unlisted-status",
                        1)
                : say(
                        "no statement matches",
                        "the request is left to IAM: it goes upstream, where IAM may allow callers of the API's own account;"
                                + " from another account, or unsigned, it is denied",
                        0);
    }

    private int printJson(Decision decision) {
        boolean leftToIam = decision instanceof Decision.ImplicitDeny && unmatched.equals("iam");
        boolean passes = decision instanceof Decision.Allow || leftToIam;
        Map<String, Object> one =
                JsonWriter.object("decision", decision.toString(), "goes_upstream", passes, "left_to_iam", leftToIam);
        if (decision instanceof Decision.Allow allow) {
            one.put("statement", allow.by().toString());
        } else if (decision instanceof Decision.ExplicitDeny deny) {
            one.put("statement", deny.by().toString());
        }
        JsonWriter.print(one, console.out());
        return passes ? 0 : CommandFailure.FAILED;
    }

    private int say(String by, String follows, int exitCode) {
        console.out().println(by);
        console.out().println(follows);
        return exitCode == 0 ? 0 : CommandFailure.FAILED;
    }

    private PolicyRequest request(Api api, Map<ConditionKey, String> values) throws CommandFailure {
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw CommandFailure.wrong("--path begins with / and has no query, and '" + path + "' is another thing");
        }
        PolicyRequest.Builder request = new PolicyRequest.Builder(time());
        String decoded = UnreservedEscapes.decode(path);
        request.resource(api, method, decoded);
        OtherReadings.of(decoded).forEach(reading -> request.resource(api, method, reading));
        for (Map.Entry<ConditionKey, String> value : values.entrySet()) {
            ConditionKey key = value.getKey();
            if (!key.isAddress()) {
                request.text(key, value.getValue());
                continue;
            }
            try {
                request.address(key, IpAddress.parse(value.getValue()));
            } catch (IllegalArgumentException e) {
                throw CommandFailure.wrong(key + ": " + e.getMessage());
            }
        }
        return request.build();
    }

    private Instant time() throws CommandFailure {
        try {
            return at.isPresent()
                    ? OffsetDateTime.parse(at.get()).toInstant()
                    : Clock.systemUTC().instant();
        } catch (DateTimeException e) {
            throw CommandFailure.wrong("--at '" + at.get() + "' is not a time; write one such as 2027-01-31T12:00:00Z");
        }
    }

    /** Those that are there. */
    private Map<ConditionKey, String> values() throws CommandFailure {
        Map<ConditionKey, String> values = new EnumMap<>(ConditionKey.class);
        values.put(ConditionKey.SOURCE_IP, sourceIp);
        values.put(ConditionKey.VPC_SOURCE_IP, sourceIp);
        for (String header : headers) {
            int colon = header.indexOf(':');
            String name =
                    colon < 0 ? header : header.substring(0, colon).strip().toLowerCase(java.util.Locale.ROOT);
            if (!FIELDS.containsKey(name) || colon < 0) {
                throw CommandFailure.wrong(
                        "-H '" + header + "': policies see User-Agent and Referer alone; write 'User-Agent: VALUE'");
            }
            values.put(FIELDS.get(name), header.substring(colon + 1).strip());
        }
        for (String pair : context) {
            int equals = pair.indexOf('=');
            Optional<ConditionKey> key = ConditionKey.named(equals < 0 ? pair : pair.substring(0, equals));
            if (equals < 0 || key.isEmpty() || key.get().isTime()) {
                throw CommandFailure.wrong("--context '" + pair + "': "
                        + (equals < 0
                                ? "write KEY=VALUE"
                                : key.isEmpty()
                                        ? "\"" + pair.substring(0, equals) + "\" "
                                                + ConditionKey.refusal(pair.substring(0, equals))
                                        : "the time is given by --at"));
            }
            if (pair.length() == equals + 1) {
                values.remove(key.get());
            } else {
                values.put(key.get(), pair.substring(equals + 1));
            }
        }
        return values;
    }

    private void warnOfAbsent(PolicyDocument document, Map<ConditionKey, String> values) {
        document.keys().stream()
                .filter(key -> !key.isTime() && !key.isAddress() && !values.containsKey(key))
                .forEach(key -> console.err()
                        .println("note: the policy asks for " + key + ", which this request lacks; --context " + key
                                + "=VALUE gives it"));
    }
}
