package io.countersign.proxy.rejection;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A canonical request taken apart into its lines (AWS: "Create a canonical request"). Holds secrets, never prints. */
record CanonicalParts(
        String method, String path, String query, Map<String, String> headers, String signedHeaders, String payload) {

    /** Empty when the text is not one. */
    static Optional<CanonicalParts> of(String text) {
        List<String> lines = Arrays.asList(text.replace("\r\n", "\n").split("\n", -1));
        int size = lines.size();
        // Method, path, query, at least one header, the empty line, the list, the hash.
        if (size < 7 || !lines.get(size - 3).isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : lines.subList(3, size - 3)) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                return Optional.empty();
            }
            headers.merge(line.substring(0, colon), line.substring(colon + 1), (a, b) -> a + "," + b);
        }
        return Optional.of(new CanonicalParts(
                lines.get(0), lines.get(1), lines.get(2), headers, lines.get(size - 2), lines.get(size - 1)));
    }

    @Override
    public String toString() {
        return "CanonicalParts[redacted]";
    }
}
