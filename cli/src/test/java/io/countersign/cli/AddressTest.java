package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTest {
    /** As one would type it into a URL. */
    @ParameterizedTest
    @CsvSource({"0.0.0.0, 0.0.0.0:8006", "127.0.0.1, 127.0.0.1:8006", "::1, [::1]:8006", "::, [::]:8006"})
    void isWrittenInItsShortestForm(String host, String text) throws Exception {
        assertEquals(text, Address.text(new InetSocketAddress(InetAddress.getByName(host), 8006)));
    }
}
