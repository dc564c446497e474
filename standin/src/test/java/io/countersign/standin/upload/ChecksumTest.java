package io.countersign.standin.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check values of the catalogue of CRC algorithms, and the digests of FIPS 180-4's first example. */
class ChecksumTest {
    @ParameterizedTest
    @CsvSource({
        "CRC32, 123456789, cbf43926",
        "CRC32C, 123456789, e3069283",
        "CRC64NVME, 123456789, ae8b14860a799888",
        "SHA1, abc, a9993e364706816aba3e25717850c26c9cd0d89d",
        "SHA256, abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "CRC64NVME, '', 0000000000000000",
    })
    void hasTheKnownValues(Checksum checksum, String text, String expected) {
        assertEquals(expected, HexFormat.of().formatHex(checksum.bytes(text.getBytes(US_ASCII))));
    }
}
