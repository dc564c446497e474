package io.countersign.gateway.approval.api;

import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/** A part of a list that is in the order of its numbers: there may be ten thousand, and an answer is held in memory. */
final class Page {
    static final String LIMIT = "limit";
    static final String AFTER = "after";
    private static final int MAX = 500;

    private Page() {}

    /** Adds the part that is asked for, and {@code next} where there is more. */
    static <T> Json add(
            Json json, String name, Query query, List<T> all, ToLongFunction<T> number, BiConsumer<Json, T> each)
            throws Problem {
        int limit = query.integer(LIMIT, 1, MAX, MAX);
        long after = query.number(AFTER).orElse(0);
        List<T> page = all.stream()
                .filter(element -> number.applyAsLong(element) > after)
                .limit(limit + 1L)
                .toList();
        if (page.size() > limit) {
            json.with("next", number.applyAsLong(page.get(limit - 1)));
        }
        return json.with("count", all.size()).list(name, page.subList(0, Math.min(limit, page.size())), each);
    }
}
