package io.countersign.gateway.console.api;

import io.countersign.gateway.identity.Token;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One request to a resource, from somebody who may send it.
 *
 * @param by whose token came with it
 * @param inForce whether that token still is: what lasts has to ask again and again
 * @param at when it came
 * @param parameters what stands in place of the segments in braces of the path
 * @param body empty for an operation that takes none
 */
public record Call(
        Token by,
        BooleanSupplier inForce,
        Instant at,
        HttpMethod method,
        Map<String, String> parameters,
        Query query,
        Optional<Input> body) {
    /** One with a token that stays in force. */
    public Call(
            Token by,
            Instant at,
            HttpMethod method,
            Map<String, String> parameters,
            Query query,
            Optional<Input> body) {
        this(by, () -> true, at, method, parameters, query, body);
    }

    /** What stands in place of {@code {name}} in the path; never empty. */
    public String parameter(String name) {
        return Optional.ofNullable(parameters.get(name))
                .orElseThrow(() -> new IllegalArgumentException("the path has no {" + name + "}"));
    }

    /** The JSON object that came with it; a {@link Problem} where none did. */
    public Input input() throws Problem {
        return body.orElseThrow(() -> Problem.badRequest("a JSON object is needed in the body"));
    }
}
