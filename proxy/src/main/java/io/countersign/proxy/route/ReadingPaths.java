package io.countersign.proxy.route;

import java.util.Map;
import java.util.Set;

/**
 * Paths whose POSTs only read: the query APIs of Prometheus and Loki, and the searches of OpenSearch. Whatever stands before them
 * (a stage, a workspace, an index) is not looked at. Each write of telemetry is compared with all of them, so that this is done
 * by hashing the last segments, not by patterns.
 */
final class ReadingPaths {
    private static final Set<String> LAST = Set.of(
            "_search",
            "_msearch",
            "_count",
            "_mget",
            "_field_caps",
            "_sql",
            "_async_search",
            "_rank_eval",
            "_search_shards",
            "_termvectors",
            "_mtermvectors",
            "_analyze");

    /** By the last segment but one. */
    private static final Map<String, Set<String>> LAST_TWO = Map.of(
            "_search", Set.of("scroll", "template", "point_in_time", "pipeline"),
            "_msearch", Set.of("template"),
            "_validate", Set.of("query"),
            "_render", Set.of("template"),
            "_plugins", Set.of("_sql", "_ppl"));

    private static final String OPENSEARCH_EXPLAIN = "_explain";

    /** After {@code api/v1/}, beside all that begin with {@code query}. */
    private static final Set<String> PROMETHEUS = Set.of("series", "labels", "read", "format_query", "parse_query");

    private static final String API = "api";

    private ReadingPaths() {}

    /** @param path without a slash at its end */
    static boolean contain(String path) {
        int slash = path.lastIndexOf('/');
        String last = path.substring(slash + 1);
        if (LAST.contains(last)) {
            return true;
        }
        if (slash < 0) {
            return false;
        }
        int before = path.lastIndexOf('/', slash - 1);
        String parent = path.substring(before + 1, slash);
        return LAST_TWO.getOrDefault(parent, Set.of()).contains(last)
                || (parent.equals(OPENSEARCH_EXPLAIN) && !last.isEmpty())
                || (parent.equals("v1")
                        && isApi(path, before)
                        && (PROMETHEUS.contains(last) || last.startsWith("query")));
    }

    /** Whether the segment that ends before {@code end} is {@code api}. */
    private static boolean isApi(String path, int end) {
        int start = end - API.length();
        return start >= 0 && path.startsWith(API, start) && (start == 0 || path.charAt(start - 1) == '/');
    }
}
