package io.countersign.cli.agents;

import java.util.List;
import java.util.stream.Stream;

/** The causes that a real agent is put through, each of which ends again. */
final class AgentCauses {
    /** One of each kind, for agents that take their time. */
    private static final List<String> OF_EACH_KIND =
            List.of("throttled with 400", "403 ForbiddenException", "redirect 307", "caller on no list");

    private final AgentRig rig;
    private final Setup setup;

    /** @param setup that the rig was started with, and that holds again after each cause */
    AgentCauses(AgentRig rig, Setup setup) {
        this.rig = rig;
        this.setup = setup;
    }

    /** What API Gateway, the network and an operator do. */
    List<Cause> ofAnApi() {
        return Stream.of(
                        List.of(
                                fault("throttled with 429", "{\"throttleShare\": 1.0}"),
                                fault(
                                        "throttled with 400",
                                        "{\"status\": 400, \"headers\": {\"x-amzn-ErrorType\": \"ThrottlingException\"},"
                                                + " \"body\": \"{\\\"message\\\": \\\"Rate exceeded\\\"}\"}"),
                                status(408),
                                status(425),
                                status(502),
                                status(503),
                                status(504),
                                fault("500 of the gateway", "{\"error\": \"gateway-fault\"}")),
                        rejections(),
                        List.of(
                                fault("reset", "{\"resetAtByte\": 0}"),
                                fault("reset within the response", "{\"resetAtByte\": 20}"),
                                fault("close without an answer", "{\"closeBeforeAnswer\": true}"),
                                new Cause("refused", rig.standIn::kill, rig.standIn::start),
                                redirect(301),
                                redirect(302),
                                redirect(307),
                                redirect(308)),
                        List.of(callerOnNoList(), unknownHost(), noRoute()))
                .flatMap(List::stream)
                .toList();
    }

    /** Some of {@link #ofAnApi}. */
    List<Cause> oneOfEachKind() {
        List<Cause> some = ofAnApi().stream()
                .filter(cause -> OF_EACH_KIND.contains(cause.name()))
                .toList();
        if (some.size() != OF_EACH_KIND.size()) {
            throw new AssertionError("a cause was renamed: of " + OF_EACH_KIND + " there are " + some);
        }
        return some;
    }

    /** What Amazon Managed Service for Prometheus says by its wording alone. */
    List<Cause> ofAService() {
        return Stream.of(
                        "ingestion-rate",
                        "throttling-400",
                        "gateway-fault",
                        "bare-expired-token",
                        "bare-invalid-token",
                        "bare-scope",
                        "bare-permission")
                .map(error -> fault(error, "{\"error\": \"" + error + "\"}"))
                .toList();
    }

    private List<Cause> rejections() {
        return Stream.of(
                        fault(
                                "403 of an HTTP API",
                                "{\"errorForm\": \"apigateway-http\", \"reject\": \"AccessDeniedException\"}"),
                        reject("ExpiredTokenException"),
                        reject("UnrecognizedClientException"),
                        reject("InvalidSignatureException"),
                        reject("SCOPE"),
                        reject("IncompleteSignatureException"),
                        reject("MissingAuthenticationTokenException"),
                        reject("AccessDeniedException"),
                        reject("ForbiddenException"))
                .toList();
    }

    private Cause reject(String type) {
        return fault("403 " + type, "{\"reject\": \"" + type + "\"}");
    }

    private Cause status(int status) {
        return fault(Integer.toString(status), "{\"status\": " + status + "}");
    }

    private Cause redirect(int status) {
        return fault(
                "redirect " + status,
                "{\"redirect\": \"https://elsewhere.example/\", \"redirectStatus\": " + status + "}");
    }

    private Cause fault(String name, String json) {
        return new Cause(name, () -> rig.standIn.fault(json), rig.standIn::clearFaults);
    }

    /** A line was deleted from the allow list, and is put back. */
    private Cause callerOnNoList() {
        return new Cause(
                "caller on no list",
                () -> rig.proxy.reload(setup.withAccess("allow = [\"10.0.0.1\"]")),
                () -> rig.proxy.reload(setup));
    }

    /** The name by which agents call the proxy is not one of its own any more. */
    private Cause unknownHost() {
        return new Cause(
                "unknown Host",
                () -> rig.proxy.reload(setup.withAccess(setup.access() + ", allowed-hosts = [elsewhere]")),
                () -> rig.proxy.reload(setup));
    }

    /** The route was removed, or takes other paths, and is put back. */
    private Cause noRoute() {
        return new Cause(
                "no route", () -> rig.proxy.reload(setup.withPrefix("/elsewhere")), () -> rig.proxy.reload(setup));
    }

    /** The API's key is rotated, and the proxy is given the new one after a while. */
    Cause rotatedApiKey() {
        return new Cause("rotated API key", () -> rig.standIn.fault("{\"apiKey\": \"second\"}"), () -> {
            rig.proxy.useFile("api-key", "second\n");
            rig.proxy.reload(setup);
        });
    }
}
