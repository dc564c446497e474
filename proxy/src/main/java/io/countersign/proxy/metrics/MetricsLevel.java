package io.countersign.proxy.metrics;

import java.util.Set;

/** How much is shown of what is counted. */
public enum MetricsLevel {
    /** What tells whether data arrives and which instance is behind, for sidecars by the thousand. */
    BASIC,
    FULL;

    /** Without suffixes; docs/OBSERVABILITY.md lists the same. */
    static final Set<String> BASIC_NAMES = Set.of(
            "countersign_requests",
            "countersign_errors",
            "countersign_rejections",
            "countersign_held",
            "countersign_payloads_given_up",
            "countersign_denied",
            "countersign_in_flight",
            "countersign_in_flight_limit",
            "countersign_credentials_usable",
            "countersign_credentials_expiry_timestamp_seconds",
            "countersign_route_last_success_timestamp_seconds",
            "countersign_route_holding_since_timestamp_seconds",
            "countersign_config_last_reload_successful",
            "countersign_config_info",
            "countersign_list_info",
            "countersign_build_info",
            "process_resident_memory_bytes",
            "process_start_time_seconds");

    /** Info metrics are kept without their suffix. */
    private static final String INFO = "_info";

    boolean shows(String name) {
        return this == FULL || BASIC_NAMES.contains(name) || BASIC_NAMES.contains(name + INFO);
    }
}
