package io.countersign.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one table of addresses to which nothing signed may go: its boundaries, and each way to hide an IPv4 address. */
class AddressKindTest {
    @ParameterizedTest
    @CsvSource({
        "0.255.255.255, 1.0.0.0",
        "169.254.0.0, 169.253.255.255",
        "169.254.255.255, 169.255.0.0",
        "224.0.0.0, 223.255.255.255",
        "239.255.255.255, 240.0.0.0",
        "255.255.255.255, 255.255.255.254",
        "fe80::, fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fec0::",
        "fd00:ec2::, fd00:ec1:ffff:ffff:ffff:ffff:ffff:ffff",
        "fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff, fd00:ec3::",
        "ff00::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "64:ff9b:1::, 64:ff9b:0:ffff:ffff:ffff:ffff:ffff",
        "64:ff9b:1:ffff:ffff:ffff:ffff:ffff, 64:ff9b:2::",
        "64:ff9b::a9fe:0, 64:ff9b::a9fd:ffff",
        "64:ff9b::a9fe:ffff, 64:ff9b::a9ff:0",
        "64:ff9b::7f00:0, 64:ff9b::7eff:ffff",
        "64:ff9b::7fff:ffff, 64:ff9b::8000:0",
        "::a9fe:0, ::a9fd:ffff",
        "::a9fe:ffff, ::a9ff:0",
        "::ffff:0:a9fe:0, ::ffff:0:a9fd:ffff",
        "::ffff:0:7fff:ffff, ::ffff:0:8000:0",
        "2002:a9fe::, 2002:a9fd:ffff::",
        "2002:a9fe:ffff:ffff:ffff:ffff:ffff:ffff, 2002:a9ff::"
    })
    void forbidsUpToItsBoundaryAndNoFurther(String forbidden, String ordinary) throws Exception {
        assertEquals(AddressKind.FORBIDDEN, kind(forbidden), forbidden);
        assertEquals(AddressKind.ORDINARY, kind(ordinary), ordinary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "169.254.169.254", // EC2
                "169.254.170.2", // ECS
                "169.254.170.23", // EKS Pod Identity
                "fd00:ec2::254",
                "fd00:ec2::23",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "::127.0.0.1",
                "::2",
                "::ffff:0:169.254.169.254",
                "::ffff:0:127.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b::127.0.0.1",
                "64:ff9b::0.0.0.0",
                "64:ff9b:1::169.254.169.254",
                "64:ff9b:1:a9fe:a9:fe00::",
                "2002:7f00:1::",
                "2002:0:0::1",
                "2002:e000:1::",
                "2001:0:a9fe:a9fe::", // the Teredo server
                "2001::5601:5601", // 169.254.169.254 inverted, the Teredo client
                "2001::80ff:fffe", // 127.0.0.1 inverted
                "2001:db8::5efe:a9fe:a9fe", // ISATAP
                "2001:db8::200:5efe:7f00:1",
                "ff02::1"
            })
    void forbidsMetadataAndWhateverEmbedsAForbiddenAddress(String address) throws Exception {
        assertEquals(AddressKind.FORBIDDEN, kind(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.0", "127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"})
    void knowsThisMachine(String address) throws Exception {
        assertEquals(AddressKind.LOOPBACK, kind(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "126.255.255.255",
                "128.0.0.0",
                "10.0.0.5",
                "100.64.0.1",
                "192.168.1.1",
                "::ffff:10.0.0.5",
                "::10.0.0.5",
                "::ffff:0:10.0.0.5",
                "64:ff9b::10.0.0.5",
                "2002:a00:5::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:db8::5efe:a00:5",
                "2001:db8::1",
                "fd00::1",
                "2600:1f18::1"
            })
    void letsOrdinaryAddressesThroughPrivateOnesAmongThem(String address) throws Exception {
        assertEquals(AddressKind.ORDINARY, kind(address));
    }

    @Test
    void judgesAMappedAddressThatJavaDidNotFold() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 169, (byte) 254, 1, 1};
        assertEquals(AddressKind.FORBIDDEN, AddressKind.of(mapped));
        mapped[12] = 127;
        assertEquals(AddressKind.LOOPBACK, AddressKind.of(mapped));
    }

    @Test
    void refusesWhatIsNoAddress() {
        assertThrows(IllegalArgumentException.class, () -> AddressKind.of(new byte[5]));
    }

    /** Of a literal; nothing is looked up. */
    private static AddressKind kind(String literal) throws Exception {
        return AddressKind.of(InetAddress.getByName(literal));
    }
}
