package io.countersign.proxy.admin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
    private record Page(String path) implements Resource {
        @Override
        public void handle(Request request, Consumer<Response> response) {
            throw new AssertionError("never called");
        }
    }

    private final Paths paths =
            new Paths(List.of(new Page("/"), new Page("/a/{id}"), new Page("/a/all"), new Page("/a/{id}/b")));

    private String find(String path) {
        Optional<Paths.Found> found = paths.find(path);
        return found.map(each -> each.resource().path() + " " + each.parameters())
                .orElse("none");
    }

    @ParameterizedTest
    @CsvSource({
        "/, / {}",
        "/a/all, /a/all {}",
        "/a/one, /a/{id} {id=one}",
        "/a/one/b, /a/{id}/b {id=one}",
        "/a/%7Bid%7d, /a/{id} {id={id}}",
        "/a/{id}, /a/{id} {id={id}}",
        "/a/%2F, /a/{id} {id=/}",
        "/a/.., /a/{id} {id=..}",
        "/a/%c3%a9, /a/{id} {id=é}"
    })
    void findsTheResourceAndItsParameters(String path, String found) {
        assertEquals(found, find(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a", "/a/", "/a//b", "/a/one/", "/a/one/c", "/a/%", "/a/%4", "/a/%g0", "/a/%ff"})
    void findsNothingElse(String path) {
        assertEquals("none", find(path));
    }

    @Test
    void namesWhatThereIs() {
        assertEquals(List.of("/", "/a/all", "/a/{id}", "/a/{id}/b"), List.copyOf(paths.known()));
        assertEquals(Map.of(), paths.find("/").orElseThrow().parameters());
    }

    @Test
    void refusesTwoOfOnePath() {
        List<Page> twice = List.of(new Page("/a"), new Page("/a"));
        assertThrows(IllegalArgumentException.class, () -> new Paths(twice));
    }
}
