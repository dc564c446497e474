package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/**
 * A whole request that has passed the guards.
 *
 * @param parameters what stands in place of the segments in braces of the resource's path, decoded
 * @param query as it came after the question mark; empty without one
 * @param body empty without one
 * @param peer the address that the connection came from; empty on a Unix socket
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Request(
        HttpMethod method,
        String path,
        Map<String, String> parameters,
        String query,
        HttpHeaders headers,
        byte[] body,
        Optional<InetAddress> peer) {}
