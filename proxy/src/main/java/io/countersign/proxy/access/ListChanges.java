package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a reload has changed in a list, counted by file: entries that act alike in both are not among it. */
public final class ListChanges {
    private final Map<String, long[]> byName = new TreeMap<>();

    private ListChanges() {}

    /** As {@code deny.list +1 -0}, by the names of files and settings; empty where nothing has changed. */
    public static List<String> between(IpList before, IpList after) {
        ListChanges changes = new ListChanges();
        changes.compare(before, after, true);
        changes.compare(before, after, false);
        List<String> lines = new ArrayList<>();
        changes.byName.forEach((name, counts) -> lines.add(name + " +" + counts[0] + " -" + counts[1]));
        return lines;
    }

    /** Both tables have one order, so that one walk through both sees what only one of them has. */
    private void compare(IpList before, IpList after, boolean v4) {
        RangeTable old = before.table(v4);
        RangeTable now = after.table(v4);
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            int order = i == old.size() ? 1 : j == now.size() ? -1 : compare(old.cidr(i), now.cidr(j));
            if (order < 0) {
                count(before.nameOf(old.position(i++)), 1);
            } else if (order > 0) {
                count(after.nameOf(now.position(j++)), 0);
            } else {
                if (old.until(i) != now.until(j)) {
                    count(before.nameOf(old.position(i)), 1);
                    count(after.nameOf(now.position(j)), 0);
                }
                i++;
                j++;
            }
        }
    }

    private static int compare(Cidr a, Cidr b) {
        int order = IpAddress.compare(a.network(), b.network());
        return order != 0 ? order : Integer.compare(a.prefix(), b.prefix());
    }

    private void count(String name, int which) {
        byName.computeIfAbsent(name, absent -> new long[2])[which]++;
    }
}
