package io.countersign.gateway.console.serve;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Audit;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.identity.Role;
import io.countersign.proxy.admin.http.ConsoleResource;
import io.countersign.proxy.admin.http.Handler;
import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Response;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One resource of the API as the HTTP server has it: its operations run on the console's own threads. */
final class ApiPage implements ConsoleResource {
    private static final Logger LOG = LoggerFactory.getLogger(ApiPage.class);

    private final ApiResource resource;
    private final Map<HttpMethod, Operation> operations;
    private final Executor threads;
    private final Audit audit;
    private final Clock clock;

    ApiPage(ApiResource resource, Executor threads, Audit audit, Clock clock) {
        this.resource = resource;
        this.operations = Map.copyOf(resource.operations());
        this.threads = threads;
        this.audit = audit;
        this.clock = clock;
        if (!resource.path().startsWith(ApiResource.ROOT)) {
            throw new IllegalArgumentException(resource.path() + " is not below " + ApiResource.ROOT);
        }
    }

    @Override
    public String path() {
        return resource.path();
    }

    @Override
    public Set<HttpMethod> methods() {
        return operations.keySet();
    }

    @Override
    public int maxBody() {
        return operations.values().stream()
                .mapToInt(operation -> operation.body().maxBytes())
                .max()
                .orElse(0);
    }

    @Override
    public boolean isLarge() {
        return resource.isLarge();
    }

    @Override
    public boolean isStream() {
        return resource.isStream();
    }

    /** What a method needs; empty where the resource doesn't take it. */
    Optional<Role> role(HttpMethod method) {
        return Optional.ofNullable(operations.get(operation(method))).map(Operation::role);
    }

    private static HttpMethod operation(HttpMethod method) {
        return method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
    }

    @Override
    public void handle(Request request, Consumer<Response> response) {
        throw new IllegalStateException("nobody asks for it who has not shown a token");
    }

    /** Handles requests of the holder of that token. */
    Handler of(Holder holder) {
        return (request, response) -> {
            try {
                threads.execute(() -> response.accept(answer(holder, request)));
            } catch (RejectedExecutionException e) {
                response.accept(Problems.response(
                                HttpResponseStatus.SERVICE_UNAVAILABLE, "too many requests at once; try again")
                        .with("retry-after", "1"));
            }
        };
    }

    private Response answer(Holder holder, Request request) {
        Operation operation = operations.get(operation(request.method()));
        try {
            Reply reply = operation.action().run(CallReader.read(holder, clock.instant(), request, operation));
            operation.audited().ifPresent(word -> audit.done(holder.token().name(), word, request.path(), ""));
            return response(reply);
        } catch (Problem problem) {
            return Problems.response(problem.status(), problem.getMessage());
        } catch (RuntimeException e) {
            LOG.error("console: {} {} failed", request.method(), resource.path(), e);
            return Problems.response(HttpResponseStatus.INTERNAL_SERVER_ERROR, "it failed; the log says why");
        }
    }

    private static Response response(Reply reply) {
        if (reply.events().isPresent()) {
            return Response.stream("text/event-stream", reply.events().get());
        }
        byte[] body = (reply.body().orElseThrow().written() + "\n").getBytes(StandardCharsets.UTF_8);
        return new Response(reply.status(), "application/json", Map.of(), body);
    }
}
