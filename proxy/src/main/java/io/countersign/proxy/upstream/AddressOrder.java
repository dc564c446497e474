package io.countersign.proxy.upstream;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** In which order the addresses of a name are tried. */
final class AddressOrder {
    /** Of all that a name has, as many as Route 53 returns: more would only make a hopeless attempt longer. Turns get to the others. */
    static final int MAX_ADDRESSES = 8;

    private AddressOrder() {}

    /**
     * The addresses by turns of their families, beginning with the resolver's first (RFC 8305 section 4), each family rotated,
     * so that new connections spread over the addresses instead of all going to the first.
     *
     * @param turn counts up from one attempt to the next
     */
    static List<InetAddress> of(List<InetAddress> resolved, int turn) {
        boolean v6First = resolved.get(0) instanceof Inet6Address;
        List<InetAddress> first = rotated(resolved, v6First, turn);
        List<InetAddress> second = rotated(resolved, !v6First, turn);
        List<InetAddress> order = new ArrayList<>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                order.add(first.get(i));
            }
            if (i < second.size()) {
                order.add(second.get(i));
            }
        }
        return List.copyOf(order.subList(0, Math.min(order.size(), MAX_ADDRESSES)));
    }

    private static List<InetAddress> rotated(List<InetAddress> resolved, boolean v6, int turn) {
        List<InetAddress> family = resolved.stream()
                .filter(address -> address instanceof Inet6Address == v6)
                .toList();
        List<InetAddress> rotated = new ArrayList<>();
        for (int i = 0; i < family.size(); i++) {
            rotated.add(family.get(Math.floorMod(turn + i, family.size())));
        }
        return rotated;
    }
}
