package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order a name's addresses are tried. */
class AddressOrderTest {
    @ParameterizedTest
    @CsvSource({
        "0, 10.0.0.1, 10.0.0.1",
        "7, 10.0.0.1, 10.0.0.1",
        "0, 10.0.0.1 10.0.0.2 10.0.0.3, 10.0.0.1 10.0.0.2 10.0.0.3",
        "1, 10.0.0.1 10.0.0.2 10.0.0.3, 10.0.0.2 10.0.0.3 10.0.0.1",
        "-1, 10.0.0.1 10.0.0.2 10.0.0.3, 10.0.0.3 10.0.0.1 10.0.0.2",
        // The families take turns, beginning with the resolver's choice.
        "0, fd00::1 fd00::2 10.0.0.1, fd00::1 10.0.0.1 fd00::2",
        "1, fd00::1 fd00::2 10.0.0.1, fd00::2 10.0.0.1 fd00::1",
        "0, 10.0.0.1 fd00::1 fd00::2, 10.0.0.1 fd00::1 fd00::2",
        // Eight at most, of both families.
        "0, fd00::1 fd00::2 fd00::3 fd00::4 fd00::5 fd00::6 fd00::7 fd00::8 10.0.0.1,"
                + "fd00::1 10.0.0.1 fd00::2 fd00::3 fd00::4 fd00::5 fd00::6 fd00::7",
        "8, 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8 10.0.0.9,"
                + "10.0.0.9 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7"
    })
    void rotatesEachFamilyAndLetsThemTakeTurns(int turn, String resolved, String order) throws Exception {
        assertEquals(addresses(order), AddressOrder.of(addresses(resolved), turn));
    }

    private static List<InetAddress> addresses(String literals) throws Exception {
        List<InetAddress> all = new ArrayList<>();
        for (String literal : literals.split(" ", -1)) {
            all.add(InetAddress.getByName(literal));
        }
        return all;
    }
}
