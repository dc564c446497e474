package io.countersign.proxy.admin.probe;

import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.admin.http.Response;
import io.countersign.proxy.logging.OneLine;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@code /readyz}: whether requests should be sent here. {@code /readyz?signing}: and whether every route can sign them so that AWS
 * accepts them; why one cannot is shown to people on this host alone, since it names roles, accounts and files.
 */
final class ReadinessPage implements Resource {
    private final Readiness readiness;
    private final boolean saysWhy;

    /** @param saysWhy whether to show the reasons */
    ReadinessPage(Readiness readiness, boolean saysWhy) {
        this.readiness = readiness;
        this.saysWhy = saysWhy;
    }

    @Override
    public String path() {
        return "/readyz";
    }

    @Override
    public void handle(Request request, Consumer<Response> response) {
        response.accept(response(request.query()));
    }

    private Response response(String query) {
        if (readiness.state() instanceof Readiness.State.NotReady notReady) {
            return Response.text(HttpResponseStatus.SERVICE_UNAVAILABLE, OneLine.of(notReady.reason()));
        }
        if (query.equals("signing") || query.equals("signing=")) {
            Map<String, String> unable = new TreeMap<>(readiness.signing());
            Map<String, String> refused = new TreeMap<>(readiness.refused());
            refused.keySet().removeAll(unable.keySet());
            if (!unable.isEmpty() || !refused.isEmpty()) {
                StringJoiner lines = new StringJoiner("\n");
                unable.forEach((route, reason) -> lines.add("route " + OneLine.of(route) + ": "
                        + (saysWhy ? OneLine.of(reason) : "cannot sign; the log says why")));
                refused.forEach((route, reason) -> lines.add("route " + OneLine.of(route) + ": "
                        + (saysWhy ? OneLine.of(reason) : "AWS refuses what is signed; the log says why")));
                return Response.text(HttpResponseStatus.SERVICE_UNAVAILABLE, lines.toString());
            }
        } else if (!query.isEmpty()) {
            return Response.text(HttpResponseStatus.BAD_REQUEST, "the only query allowed here is ?signing");
        }
        return Response.text(HttpResponseStatus.OK, "ok");
    }
}
