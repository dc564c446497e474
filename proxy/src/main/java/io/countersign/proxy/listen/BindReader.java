package io.countersign.proxy.listen;

import io.countersign.proxy.config.Section;
import java.util.List;
import java.util.Optional;

/** Reads what to listen on: the keys {@code bind}, and for a Unix socket {@code mode} and {@code group}. */
public final class BindReader {
    private BindReader() {}

    /** Empty after a fault. What was read of a TCP port is added to {@code bound}. */
    public static Optional<Bind> read(Section section, List<BindAddress> bound) {
        if (UnixBindReader.isUnix(section)) {
            return UnixBindReader.read(section);
        }
        UnixBindReader.refuseFileSettings(section);
        return BindAddress.read(section, bound).map(Bind.Tcp::new);
    }
}
