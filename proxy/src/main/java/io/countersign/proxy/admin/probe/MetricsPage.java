package io.countersign.proxy.admin.probe;

import io.countersign.proxy.admin.http.Gzip;
import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.admin.http.Response;
import io.countersign.proxy.metrics.Exposition;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /metrics}, rendered and compressed on the given executor. */
final class MetricsPage implements Resource {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);

    private final Exposition metrics;
    private final Executor executor;

    MetricsPage(Exposition metrics, Executor executor) {
        this.metrics = metrics;
        this.executor = executor;
    }

    @Override
    public void handle(Request request, Consumer<Response> response) {
        String accept = request.headers().get(HttpHeaderNames.ACCEPT);
        boolean gzip = Gzip.isWanted(request);
        try {
            executor.execute(() -> response.accept(render(accept, gzip)));
        } catch (RejectedExecutionException e) {
            response.accept(
                    Response.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many scrapes at once, or stopping"));
        }
    }

    @Override
    public String path() {
        return "/metrics";
    }

    @Override
    public boolean isLarge() {
        return true;
    }

    private Response render(String accept, boolean gzip) {
        try {
            Exposition.Page page = metrics.render(accept);
            byte[] body = gzip ? Gzip.compress(page.body()) : page.body();
            Response response = new Response(HttpResponseStatus.OK, page.contentType(), Map.of(), body);
            return gzip ? response.with("content-encoding", "gzip") : response;
        } catch (RuntimeException e) {
            LOG.error("admin: the metrics could not be rendered", e);
            return Response.text(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR, "the metrics could not be rendered, see the log");
        }
    }
}
