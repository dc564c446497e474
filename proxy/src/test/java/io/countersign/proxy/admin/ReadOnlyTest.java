package io.countersign.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.admin.http.Response;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whoever may probe must not control anything. */
class ReadOnlyTest {
    private record Page(String path, Set<HttpMethod> methods, int maxBody, boolean isStream) implements Resource {
        @Override
        public void handle(Request request, Consumer<Response> response) {
            throw new AssertionError("never called");
        }
    }

    @Test
    void theAdminPortTakesPagesThatAreReadAndNoOthers() {
        Page read = new Page("/a", Set.of(HttpMethod.GET), 0, false);
        assertEquals(List.of(read), AdminServer.readOnly(List.of(read)));
        for (Page controls : List.of(
                new Page("/b", Set.of(HttpMethod.GET, HttpMethod.POST), 0, false),
                new Page("/b", Set.of(HttpMethod.DELETE), 0, false),
                new Page("/b", Set.of(HttpMethod.GET), 1, false),
                new Page("/b", Set.of(HttpMethod.GET), 0, true))) {
            assertThrows(IllegalArgumentException.class, () -> AdminServer.readOnly(List.of(read, controls)));
        }
    }
}
