package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.story.CallFields;
import io.countersign.gateway.calls.story.CallStory;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.secrets.Quoted;
import io.netty.handler.codec.http.HttpMethod;
import java.text.ParseException;
import java.util.List;
import java.util.Map;

/** One call, by its id. */
final class CallResource implements ApiResource {
    private final Calls calls;

    CallResource(Calls calls) {
        this.calls = calls;
    }

    @Override
    public String path() {
        return ROOT + "calls/{id}";
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(HttpMethod.GET, Operation.read(this::read, "before"));
    }

    private Reply read(Call call) throws Problem {
        String id = call.parameter("id");
        FoundCalls found = CallQuery.find(calls, new CallFilter().id(id), CallQuery.before(call.query()), 1);
        if (found.lines().isEmpty() && found.next().isEmpty()) {
            throw Problem.notFound("no call with the id " + Quoted.of(id) + " is kept");
        }
        Json json = Json.object().object("searched", searched -> CallQuery.searched(searched, found));
        return Reply.of(
                found.lines().isEmpty()
                        ? json.with("next", found.next())
                        : json.written("call", found.lines().get(0))
                                .texts("story", story(found.lines().get(0))));
    }

    private static List<String> story(String line) {
        try {
            return CallStory.of(CallFields.parse(line));
        } catch (ParseException e) {
            throw new IllegalStateException("the line of a call is not JSON", e);
        }
    }
}
