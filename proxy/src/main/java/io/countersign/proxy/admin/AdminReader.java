package io.countersign.proxy.admin;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.listen.BindAddress;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads where probes and metrics are served. */
public final class AdminReader {
    private AdminReader() {}

    /** Empty after a fault. What is bound is added to {@code bound}. */
    public static Optional<AdminConfig> read(Section admin, UnknownKeys unknown, List<BindAddress> bound) {
        Optional<HostPort> bind = BindAddress.read(admin, bound);
        Set<String> hosts = admin.parsedAll("allowed-hosts", Hosts::field);
        admin.rejectUnknown(unknown);
        return bind.map(to -> new AdminConfig(to, hosts, admin.where("bind")));
    }
}
