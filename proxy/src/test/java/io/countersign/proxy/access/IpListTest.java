package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class IpListTest {
    @Test
    void readsEntriesCommentsAndBlankLines() {
        IpList list = IpList.parse("deny.list", "# first\n\n10.0.0.1\n  10.0.1.0/24\t# the lab\n#10.9.9.9\n::1");

        assertEquals(List.of(), list.faults());
        assertEquals(
                List.of("deny.list:3 (10.0.0.1)", "deny.list:4 (10.0.1.0/24)", "deny.list:6 (::1)"),
                list.entries().stream().map(e -> e.rule().toString()).toList());
    }

    @Test
    void toleratesAByteOrderMarkAndWindowsLineEnds() {
        IpList list = IpList.parse("l", "\uFEFF10.0.0.1\r\n10.0.0.2\r\n");

        assertEquals(List.of(), list.faults());
        assertEquals(2, list.entries().size());
    }

    @Test
    void namesEveryFaultyLine() {
        IpList list = IpList.parse("conf/allow.list", "10.0.0.5/8\n10.0.0.1\n010.0.0.1\n10.0.0.1 10.0.0.2\n1.1.1.1\r2.2.2.2\n");

        assertEquals(
                List.of("conf/allow.list:1", "conf/allow.list:3", "conf/allow.list:4", "conf/allow.list:5"),
                list.faults().stream().map(IpList.Fault::where).toList());
        assertEquals(
                "\"10.0.0.5/8\" has host bits set; write 10.0.0.0/8 for the network, or the address without a prefix length",
                list.faults().get(0).what());
    }

    @Test
    void refusesAnotherEncoding() {
        IpList list = IpList.parse("l", new String(
                "10.0.0.1\n".getBytes(java.nio.charset.StandardCharsets.UTF_16), java.nio.charset.StandardCharsets.UTF_8));

        assertEquals(List.of(), list.entries());
        assertTrue(list.faults().size() > 0);
    }
}
