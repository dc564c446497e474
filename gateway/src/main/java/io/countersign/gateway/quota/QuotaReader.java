package io.countersign.gateway.quota;

import io.countersign.gateway.shared.StoreAddress;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.net.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;

/** Reads how quotas are counted; the quotas themselves are in the settings of tenants. */
public final class QuotaReader {
    private QuotaReader() {}

    /** @param files that may hold the address of the store, as it has a password */
    public static QuotaConfig read(Section quotas, ReferredFiles files, UnknownKeys unknown) {
        int replicas = quotas.integer("replicas", 1, QuotaConfig.MAX_REPLICAS);
        Optional<StoreAddress> shared = quotas.text("shared").flatMap(setting -> address(quotas, setting, files));
        Optional<Setting> ca = quotas.text("shared-ca");
        List<Certificate> authorities =
                ca.map(setting -> authorities(quotas, setting, files)).orElse(List.of());
        if (ca.isPresent() && shared.isPresent() && !shared.get().tls()) {
            quotas.fault(
                    "shared-ca",
                    "has no effect: quotas.shared is without TLS; write rediss:// there, or leave this out");
        }
        quotas.rejectUnknown(unknown);
        return new QuotaConfig(replicas, shared.map(address -> address.trusting(authorities)));
    }

    private static Optional<StoreAddress> address(Section quotas, Setting setting, ReferredFiles files) {
        Optional<String> text = files.value(setting);
        if (text.isEmpty()) {
            quotas.spoilt();
            return Optional.empty();
        }
        try {
            StoreAddress address = StoreAddress.parse(text.get());
            if (address.tellsThePassword()) {
                quotas.faults()
                        .warn(
                                quotas.where("shared"),
                                "sends its password unencrypted to another machine; write rediss:// if the server takes TLS");
            }
            return Optional.of(address);
        } catch (IllegalArgumentException e) {
            quotas.fault("shared", e.getMessage());
            return Optional.empty();
        }
    }

    private static List<Certificate> authorities(Section quotas, Setting setting, ReferredFiles files) {
        Path file = files.path(setting);
        Optional<String> pem = files.read(setting, file);
        try {
            List<Certificate> found =
                    pem.isEmpty() ? List.of() : Pem.certificates(pem.get().getBytes(StandardCharsets.US_ASCII));
            if (!found.isEmpty()) {
                return found;
            }
            if (pem.isPresent()) {
                quotas.fault(
                        "shared-ca", file + " holds no certificate; name a PEM file with the authorities to trust");
            }
        } catch (CertificateException e) {
            quotas.fault(
                    "shared-ca", file + " is not a PEM file of certificates; name one with BEGIN CERTIFICATE in it");
        }
        quotas.spoilt();
        return List.of();
    }
}
