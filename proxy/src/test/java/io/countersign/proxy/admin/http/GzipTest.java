package io.countersign.proxy.admin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GzipTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|true",
                "deflate, gzip|true",
                "GZIP;q=0.5, br|true",
                "gzip ; q=1.0|true",
                "gzip;q=0|false",
                "gzip;q=0.000|false",
                "x-gzip|false",
                "gzipped|false",
                "identity|false"
            })
    void compressesOnlyWhenGzipIsWanted(String acceptEncoding, boolean wanted) {
        assertEquals(wanted, Gzip.isWanted(acceptEncoding));
    }
}
