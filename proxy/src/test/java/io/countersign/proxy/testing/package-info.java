/**
 * What the tests talk to the proxy with: raw sockets on both sides, so that every byte is the test's own.
 * Start reading at {@link io.countersign.proxy.testing.TestProxy}, which puts a proxy between a client and an upstream.
 */
package io.countersign.proxy.testing;
