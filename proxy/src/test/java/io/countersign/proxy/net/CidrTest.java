package io.countersign.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "10.0.0.1/32, 10.0.0.1",
        "0.0.0.0/0, 0.0.0.0/0",
        "128.0.0.0/1, 128.0.0.0/1",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::/0, ::/0",
        "::1, ::1",
        "1::, 1::",
        "2001:DB8::/32, 2001:db8::/32",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7:8/128, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "fe80::/10, fe80::/10",
        "64:ff9b::1.2.3.4, 64:ff9b::102:304",
        "::1.2.3.4, ::102:304",
        "::ffff:10.0.0.1, 10.0.0.1",
        "::ffff:a00:1, 10.0.0.1",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:0:0/96, 0.0.0.0/0",
        "::fffe:0:0/95, ::fffe:0:0/95",
        "8000::/1, 8000::/1",
    })
    void readsAndWritesTheShortestForm(String text, String canonical) {
        assertEquals(canonical, Cidr.parse(text).toString());
        assertEquals(Cidr.parse(text), Cidr.parse(canonical));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0177.0.0.1 | without leading zeros",
                "010.0.0.1 | without leading zeros",
                "00.0.0.1 | without leading zeros",
                "127.1 | all four numbers",
                "127.0.1 | all four numbers",
                "1.2.3.4.5 | all four numbers",
                "2130706433 | all four numbers",
                "0x7f.0.0.1 | names are not looked up",
                "0x7f000001 | names are not looked up",
                "256.0.0.1 | from 0 to 255",
                "1..2.3 | from 0 to 255",
                "1.2.3. | from 0 to 255",
                "'' | is missing",
                "/8 | is missing",
                "fe80::1%eth0 | zone",
                "fe80::1%1/64 | zone",
                "10.0.0.0/33 | /0 to /32",
                "10.0.0.0/-1 | /0 to /32",
                "10.0.0.0/+8 | /0 to /32",
                "10.0.0.0/08 | /0 to /32",
                "10.0.0.0/ | /0 to /32",
                "10.0.0.0/8/8 | /0 to /32",
                "10.0.0.0/255.0.0.0 | /0 to /32",
                "10.0.0.0/99999999999 | /0 to /32",
                "::/129 | /0 to /128",
                "10.0.0.5/8 | write 10.0.0.0/8",
                "10.0.0.1/31 | write 10.0.0.0/31",
                "0.0.0.1/0 | write 0.0.0.0/0",
                "2001:db8::1/32 | write 2001:db8::/32",
                "2001:db8:0:1::/48 | write 2001:db8::/48",
                "::ffff:10.0.0.5/104 | write 10.0.0.0/8",
                "::1/0 | write ::/0",
                "localhost | names are not looked up",
                "example.com/8 | names are not looked up",
                "10.0.0.1:80 | no IPv6 address",
                "[::1] | not an IPv6 address",
                "1::2::3 | not an IPv6 address",
                "::: | not an IPv6 address",
                ":1:2:3:4:5:6:7:8 | not an IPv6 address",
                "1:2:3:4:5:6:7 | not an IPv6 address",
                "1:2:3:4:5:6:7:8:9 | not an IPv6 address",
                "1:2:3:4::5:6:7:8 | not an IPv6 address",
                "12345:: | not an IPv6 address",
                "g:: | not an IPv6 address",
                "1.2.3.4:: | not an IPv6 address",
                "1.2.3.4::1.2.3.4 | not an IPv6 address",
                "::1.2.3.4:1 | not an IPv6 address",
                "::010.0.0.1 | leading zero",
                "10.0.0.1 10.0.0.2 | holds several entries; write each by itself",
                "10.0.0.1,10.0.0.2 | holds several entries; write each by itself",
                "10.0.0.1, 10.0.0.2/31 | holds several entries; write each by itself",
                "10.0.0.1; ::1 | holds several entries; write each by itself",
                "10.0.0.1 - 10.0.0.9 | is a range; write it as networks: 10.0.0.1, 10.0.0.2/31, 10.0.0.4/30, 10.0.0.8/31",
                "10.0.0.0-10.0.0.255 | is a range; write it as networks: 10.0.0.0/24",
                "0.0.0.0-255.255.255.255 | is a range; write it as networks: 0.0.0.0/0",
                "10.0.0.9-10.0.0.1 | is a range; write it as networks",
                "2001:db8::1-2001:db8::9 | is a range; write it as networks",
                "10.0.0.* | has a wildcard; write it as a network: 10.0.0.0/24",
                "10.0.*.* | has a wildcard; write it as a network: 10.0.0.0/16",
                "10.*.0.1 | has a wildcard; write it as a network",
                "10.0.0.x | names are not looked up",
                "\u0661\u0660.0.0.1 | names are not looked up",
            })
    void refusesWhatIsReadDifferentlyElsewhere(String text, String remedy) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));

        assertTrue(
                refused.getMessage().contains(remedy.replace("no IPv6", "not an IPv6")),
                () -> refused.getMessage() + " lacks " + remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1\u0000", "10.0.0.1\u001b[31m", "\r"})
    void showsNothingThatATerminalActsOn(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));

        assertTrue(refused.getMessage().chars().noneMatch(Character::isISOControl), refused::getMessage);
    }

    @Test
    void coversItselfAndWhatLiesInside() {
        assertTrue(Cidr.parse("10.0.0.0/8").covers(Cidr.parse("10.255.255.255")));
        assertTrue(Cidr.parse("10.0.0.0/8").covers(Cidr.parse("10.0.0.0/8")));
        assertFalse(Cidr.parse("10.0.0.0/8").covers(Cidr.parse("11.0.0.0")));
        assertFalse(Cidr.parse("10.0.0.0/8").covers(Cidr.parse("10.0.0.0/7")));
        assertFalse(Cidr.parse("::/0").covers(Cidr.parse("10.0.0.0/8")));
        assertTrue(Cidr.parse("::/0").covers(Cidr.parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")));
    }
}
