package io.countersign.proxy.upstream;

/**
 * Why there is no (whole) response.
 *
 * @param detail one sentence for the client and the log; names the upstream, never a secret
 */
public record UpstreamFault(Kind kind, String detail) {

    /** The kinds, with what the agent is answered: a Proxy-Status error (RFC 9209 section 2.3) and a status. */
    public enum Kind {
        DNS_ERROR("dns_error", 502),
        DNS_TIMEOUT("dns_timeout", 503),
        IP_PROHIBITED("destination_ip_prohibited", 502),
        CONNECTION_REFUSED("connection_refused", 502),
        CONNECTION_TIMEOUT("connection_timeout", 503),
        CONNECTION_LIMIT("connection_limit_reached", 503),
        CONNECTION_TERMINATED("connection_terminated", 502),
        TLS_CERTIFICATE("tls_certificate_error", 502),
        TLS_PROTOCOL("tls_protocol_error", 502),
        HTTP_PROTOCOL("http_protocol_error", 502),
        RESPONSE_HEAD_SIZE("http_response_header_section_size", 502),
        RESPONSE_INCOMPLETE("http_response_incomplete", 502),
        RESPONSE_TIMEOUT("http_response_timeout", 504);

        private final String token;
        private final int status;

        Kind(String token, int status) {
            this.token = token;
            this.status = status;
        }

        public String token() {
            return token;
        }

        /** Whether an attempt to connect ran out of time, which another one need not. Nothing was sent. */
        boolean isTimeout() {
            return this == DNS_TIMEOUT || this == CONNECTION_TIMEOUT;
        }

        public int status() {
            return status;
        }
    }
}
