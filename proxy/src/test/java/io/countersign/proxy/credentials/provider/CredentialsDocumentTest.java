package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsDocumentTest {
    /** @param depth of all, the object with the member included */
    private static String nested(int depth, String open, String close) {
        return "{\"Token\":\"x[{\\\"[{\",\"Other\":" + open.repeat(depth - 1) + "1" + close.repeat(depth - 1) + "}";
    }

    @ParameterizedTest
    @CsvSource({"[, ]", "'{\"a\":', '}'"})
    void aDepthThatNoCredentialsHaveIsNoDocument(String open, String close) {
        Optional<CredentialsDocument> last = CredentialsDocument.of(nested(32, open, close));
        assertEquals(Optional.of("x[{\"[{"), last.flatMap(json -> json.member("Token")));
        assertEquals(Optional.empty(), CredentialsDocument.of(nested(33, open, close)));
    }

    /** Whoever answers in the place of a container's endpoint would end the thread that fetches. */
    @ParameterizedTest
    @CsvSource({"[", "'{\"a\":'"})
    void levelsWithoutEndAreNoDocument(String open) {
        assertTrue(CredentialsDocument.of("{\"Token\":" + open.repeat(300_000)).isEmpty());
    }

    @Test
    void bracketsWithinStringsAreNoLevels() {
        assertEquals(
                Optional.of("[".repeat(100)),
                CredentialsDocument.of("{\"Token\":\"" + "[".repeat(100) + "\"}")
                        .flatMap(json -> json.member("Token")));
    }
}
