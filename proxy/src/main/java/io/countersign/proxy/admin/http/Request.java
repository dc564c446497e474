package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;

/**
 * A whole request that has passed the guards.
 *
 * @param query as it came after the question mark; empty without one
 * @param body empty without one
 * @param peer the address that the connection came from
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Request(
        HttpMethod method, String path, String query, HttpHeaders headers, byte[] body, InetAddress peer) {}
