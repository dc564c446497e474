package io.countersign.cli;

import io.countersign.proxy.net.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:PORT}, an IPv6 literal in brackets; port 0 asks the system for a free one. */
final class Address implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (!host.isEmpty() && port >= 0 && port <= 65535) {
                return new InetSocketAddress(InetAddress.getByName(host), port);
            }
        } catch (NumberFormatException | UnknownHostException e) {
            // said below
        }
        throw new TypeConversionException("'" + text
                + "' is not an address and a port up to 65535; it must look like 127.0.0.1:8005 or [::1]:8005");
    }

    /** As {@link #convert} reads it, an IPv6 literal in its shortest form. */
    static String text(InetSocketAddress address) {
        String host = IpAddress.of(address.getAddress()).toString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
