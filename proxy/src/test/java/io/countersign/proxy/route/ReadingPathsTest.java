package io.countersign.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The paths that only read, against patterns that say the same. */
class ReadingPathsTest {
    private static final List<Pattern> ORACLE = List.of(
            Pattern.compile("(?:.*/)?api/v1/(?:query[^/]*|series|labels|read|format_query|parse_query)"),
            Pattern.compile(
                    "(?:.*/)?(?:_search|_msearch|_count|_mget|_field_caps|_sql|_async_search|_rank_eval|_search_shards"
                            + "|_termvectors|_mtermvectors|_analyze)"),
            Pattern.compile(
                    "(?:.*/)?(?:_search/scroll|_search/template|_msearch/template|_search/point_in_time|_search/pipeline"
                            + "|_validate/query|_explain/[^/]+|_render/template|_plugins/_sql|_plugins/_ppl)"));

    private static final List<String> SEGMENTS = List.of(
            "api",
            "api",
            "v1",
            "v1",
            "query",
            "query_range",
            "series",
            "labels",
            "read",
            "format_query",
            "write",
            "push",
            "xapi",
            "_search",
            "_msearch",
            "_count",
            "_sql",
            "_plugins",
            "_ppl",
            "scroll",
            "template",
            "_explain",
            "_render",
            "_validate",
            "_bulk",
            "prod",
            "",
            "loki",
            "_search_shards",
            "pipeline");

    @Test
    void agreesWithPatterns() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int reads = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder path = new StringBuilder();
            int count = 1 + random.nextInt(4);
            for (int n = 0; n < count; n++) {
                path.append(n == 0 && random.nextInt(8) == 0 ? "" : "/")
                        .append(SEGMENTS.get(random.nextInt(SEGMENTS.size())));
            }
            String one = path.toString();
            boolean reading =
                    ORACLE.stream().anyMatch(pattern -> pattern.matcher(one).matches());
            assertEquals(reading, ReadingPaths.contain(one), () -> one + ", seed " + seed);
            reads += reading ? 1 : 0;
        }
        assertTrue(reads > 1000, "many of them read");
    }
}
