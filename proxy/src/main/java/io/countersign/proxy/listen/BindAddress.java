package io.countersign.proxy.listen;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.util.List;
import java.util.Optional;

/** An address to listen on, and where it was written. */
public record BindAddress(HostPort address, String where) {

    /** Of the key {@code bind}; empty after a fault. What was read is added to {@code bound}. */
    public static Optional<HostPort> read(Section section, List<BindAddress> bound) {
        Optional<Setting> setting = section.text("bind");
        if (setting.isEmpty()) {
            if (!section.has("bind")) {
                section.fault("bind", "is missing; write an address and a port, such as \"127.0.0.1:8005\"");
            }
            return Optional.empty();
        }
        try {
            HostPort bind = Hosts.hostPort(setting.get().text(), 0, -1);
            if (!Hosts.isLiteral(bind.host()) && !bind.host().equals("localhost")) {
                section.fault(
                        "bind",
                        setting.get().quoted() + " is a name, and what a name leads to can change; write"
                                + " the address itself");
                return Optional.empty();
            }
            bound.add(new BindAddress(bind, setting.get().where()));
            return Optional.of(bind);
        } catch (IllegalArgumentException e) {
            section.fault("bind", e.getMessage());
            return Optional.empty();
        }
    }
}
