/**
 * The way out through an HTTP proxy: which one, for which hosts, and the tunnel that it is asked for ({@code CONNECT}, RFC 9110
 * section 9.3.6).
 */
package io.countersign.proxy.egress;
