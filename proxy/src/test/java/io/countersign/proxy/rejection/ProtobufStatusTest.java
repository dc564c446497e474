package io.countersign.proxy.rejection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufStatusTest {
    @ParameterizedTest
    @CsvSource({
        "08 07 12 02 6e6f",
        "12 02 6e6f",
        "12 02 6e6f 08 07",
        // a negative code takes ten bytes
        "08 ffffffffffffffffff01 12 02 6e6f",
        "08 07 12 02 6e6f 1a 03 0a0161",
        // the last of two counts
        "12 01 61 12 02 6e6f",
    })
    void readsTheMessage(String hex) {
        assertEquals(Optional.of("no"), ProtobufStatus.of(bytes(hex)).map(ProtobufStatus::message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "08 07",
                "08",
                "12 03 6e6f",
                "12 ffffffffffffffffff01 6e6f",
                "12 ffffffff07 6e6f",
                "08 ffffffffffffffffffffff 12 02 6e6f",
                "08 07 12 02 6e6f 20 01",
                "08 07 12 02 6e6f 00",
                "0a 02 6e6f",
                "7b7d",
            })
    void readsNothingElse(String hex) {
        assertEquals(Optional.empty(), ProtobufStatus.of(bytes(hex)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 1", "-1, 128", "300, 20000"})
    void writesWhatItReads(long code, int length) {
        ProtobufStatus status = new ProtobufStatus(code, "ä".repeat(length));

        assertEquals(Optional.of(status), ProtobufStatus.of(status.bytes()));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
