package io.countersign.proxy.config;

import io.countersign.sigv4.PathStyle;

/**
 * How a route's requests are signed.
 *
 * @param credentials name of the credentials
 * @param signToken whether the session token is among what is signed, or added after
 * @param maxHead octets of request line and fields with the signature, past which the service refuses; 0: no limit known
 */
public record SigningConfig(
        String service, String region, String credentials, PathStyle pathStyle, boolean signToken, int maxHead) {}
