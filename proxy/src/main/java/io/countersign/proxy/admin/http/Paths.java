package io.countersign.proxy.admin.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the resource that has a path; immutable. */
final class Paths {
    private final Map<String, Resource> all = new TreeMap<>();
    private final List<Template> templates = new ArrayList<>();

    /** @param parameters by the names in the resource's path */
    record Found(Resource resource, Map<String, String> parameters) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Template(String[] segments, Resource resource) {
        /** Empty where the path is another one, or a parameter in it can't be read. */
        Optional<Map<String, String>> match(String[] path) {
            if (path.length != segments.length) {
                return Optional.empty();
            }
            Map<String, String> parameters = new HashMap<>();
            for (int i = 0; i < path.length; i++) {
                if (!isParameter(segments[i])) {
                    if (!segments[i].equals(path[i])) {
                        return Optional.empty();
                    }
                } else {
                    String value = decoded(path[i]);
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    parameters.put(segments[i].substring(1, segments[i].length() - 1), value);
                }
            }
            return Optional.of(Map.copyOf(parameters));
        }
    }

    Paths(List<? extends Resource> resources) {
        for (Resource resource : resources) {
            if (all.put(resource.path(), resource) != null) {
                throw new IllegalArgumentException("two resources have the path " + resource.path());
            }
            String[] segments = resource.path().split("/", -1);
            if (List.of(segments).stream().anyMatch(Paths::isParameter)) {
                templates.add(new Template(segments, resource));
            }
        }
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }

    Optional<Found> find(String path) {
        Resource exact = path.indexOf('{') < 0 ? all.get(path) : null;
        if (exact != null) {
            return Optional.of(new Found(exact, Map.of()));
        }
        String[] segments = path.split("/", -1);
        for (Template each : templates) {
            Optional<Map<String, String>> parameters = each.match(segments);
            if (parameters.isPresent()) {
                return Optional.of(new Found(each.resource(), parameters.get()));
            }
        }
        return Optional.empty();
    }

    /** Those that a client may be pointed to. */
    Set<String> known() {
        return all.values().stream()
                .filter(Resource::isListed)
                .map(Resource::path)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Empty where the segment is not a text in percent-encoded UTF-8 (RFC 3986 section 2.1). */
    private static String decoded(String segment) {
        ByteBuffer bytes = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                if (c > 0x7e) {
                    return "";
                }
                bytes.put((byte) c);
                continue;
            }
            int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), 16);
            if (low < 0) {
                return "";
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
