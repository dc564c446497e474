package io.countersign.proxy.upstream;

/**
 * Why there is no (whole) response.
 *
 * @param detail one sentence for the client and the log; names the upstream, never a secret
 */
public record UpstreamFault(Kind kind, String detail) {

    /** The kinds, by their errors in Proxy-Status (RFC 9209 section 2.3). */
    public enum Kind {
        DNS_ERROR("dns_error"),
        DNS_TIMEOUT("dns_timeout"),
        IP_PROHIBITED("destination_ip_prohibited"),
        EGRESS_LOGIN("proxy_configuration_error"),
        EGRESS_REFUSED("destination_unavailable"),
        CONNECTION_REFUSED("connection_refused"),
        CONNECTION_TIMEOUT("connection_timeout"),
        CONNECTION_LIMIT("connection_limit_reached"),
        CONNECTION_TERMINATED("connection_terminated"),
        TLS_CERTIFICATE("tls_certificate_error"),
        TLS_PROTOCOL("tls_protocol_error"),
        HTTP_PROTOCOL("http_protocol_error"),
        UPGRADE("http_upgrade_failed"),
        RESPONSE_HEAD_SIZE("http_response_header_section_size"),
        RESPONSE_INCOMPLETE("http_response_incomplete"),
        RESPONSE_TIMEOUT("http_response_timeout");

        private final String token;

        Kind(String token) {
            this.token = token;
        }

        public String token() {
            return token;
        }

        /** Whether an attempt to connect ran out of time, which another one need not. Nothing was sent. */
        boolean isTimeout() {
            return this == DNS_TIMEOUT || this == CONNECTION_TIMEOUT;
        }
    }
}
