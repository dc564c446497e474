package io.countersign.gateway.audit;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code GET /api/v1/audit}: the newest lines of the audit log that are kept, the newest first. */
public final class AuditResource extends Reading {
    private static final int MAX = 1000;
    private static final int USUAL = 100;

    private final Supplier<Optional<AuditLog>> log;

    public AuditResource(Supplier<Optional<AuditLog>> log) {
        super("audit", Size.LARGE, "max");
        this.log = log;
    }

    @Override
    protected Reply read(Call call) throws Problem {
        Optional<AuditLog> open = log.get();
        int max = call.query().integer("max", 1, MAX, USUAL);
        try {
            List<JsonObject> entries = new ArrayList<>();
            for (String line : open.isPresent() ? open.get().newest(max) : List.<String>of()) {
                object(line).ifPresent(entries::add);
            }
            return Reply.of(Json.object()
                    .with("kept", open.map(AuditLog::isKept).orElse(false))
                    .list("entries", entries, AuditResource::write));
        } catch (IOException e) {
            throw new Problem(HttpResponseStatus.INTERNAL_SERVER_ERROR, "the audit log cannot be read");
        }
    }

    /** A line that somebody else has put there is passed over. */
    private static Optional<JsonObject> object(String line) {
        try {
            return JsonParser.parse(line).value() instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonFault e) {
            return Optional.empty();
        }
    }

    private static void write(Json json, JsonObject entry) {
        for (String name : List.of("time", "actor", "action", "subject", "detail")) {
            if (entry.get(name).orElse(null) instanceof JsonString text) {
                json.with(name, text.text());
            }
        }
    }
}
