package io.countersign.gateway.identity.kubernetes;

import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.egress.Egress;
import io.countersign.proxy.net.Pem;
import io.countersign.proxy.settings.FurtherSettings.Load;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;

/** Reads {@code identity.kubernetes}. */
public final class KubernetesReader {
    private final FurtherKeys keys;
    private final Load load;

    /** @param keys for the defaults */
    public KubernetesReader(FurtherKeys keys, Load load) {
        this.keys = keys;
        this.load = load;
    }

    /** Empty where the section is not there, and after a fault. */
    public Optional<KubernetesConfig> read(Section written) {
        if (written.object().isEmpty()) {
            return Optional.empty();
        }
        Section section = written.withDefaults(keys.defaults("identity.kubernetes"));
        if (!section.has("issuer")) {
            section.fault(
                    "issuer",
                    "is missing; write the URL that the cluster's tokens have as iss, which kubectl get --raw"
                            + " /.well-known/openid-configuration shows");
        }
        Optional<URI> issuer = section.parsed("issuer", KubernetesReader::issuer);
        Optional<String> audience = section.string("audience");
        if (audience.isPresent() && audience.get().isBlank()) {
            section.fault("audience", "is empty; write what the pods' tokens have as aud, such as countersign");
        }
        Optional<Path> ca = section.text("ca").map(this::authorities);
        Optional<Path> token = section.text("token-file").map(setting -> token(section, setting));
        Duration refresh = section.duration("refresh", Duration.ofSeconds(10), Duration.ofHours(24));
        Duration maxStale = section.duration("max-stale", Duration.ofMinutes(1), Duration.ofDays(30));
        if (section.sound() && maxStale.compareTo(refresh) < 0) {
            section.fault("max-stale", "is shorter than refresh, so keys would end before they are fetched again");
        }
        if (token.isPresent()
                && ca.isEmpty()
                && issuer.filter(uri -> uri.getScheme().equals("https")).isPresent()) {
            section.fault(
                    "token-file",
                    "needs ca, so that the token is shown to the cluster's own servers alone; write the file with the"
                            + " cluster's authorities, in a pod /var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
        }
        section.rejectUnknown(load.unknown());
        return section.sound() && issuer.isPresent()
                ? Optional.of(new KubernetesConfig(
                        issuer.get(), audience.orElseThrow(), ca, token, refresh, maxStale, egress()))
                : Optional.empty();
    }

    private Egress egress() {
        return load.process().egress().ofEnvironment(load.faults());
    }

    private static URI issuer(String text) {
        String right =
                " is not the URL of an issuer; write https://HOST/PATH as the tokens have it, without query or fragment";
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("this" + right, e);
        }
        if (!IssuerHttp.isSecure(uri) || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("this" + right);
        }
        return uri;
    }

    /** Read here so that a fault is seen at once, and so that the file is watched; used as it is at each fetch. */
    private Path authorities(Setting setting) {
        Path file = load.files().path(setting);
        Optional<String> pem = load.files().read(setting, file);
        try {
            if (pem.isPresent()
                    && Pem.certificates(pem.get().getBytes(StandardCharsets.UTF_8))
                            .isEmpty()) {
                load.faults().add(setting.where(), file + " has no certificate in it");
            }
        } catch (CertificateException e) {
            load.faults().add(setting.where(), file + " is not a PEM file of certificates");
        }
        return file;
    }

    /** Not watched: a pod's token is another one every hour. */
    private Path token(Section section, Setting setting) {
        Path file = load.files().path(setting);
        if (!Files.isReadable(file)) {
            section.fault("token-file", "there is no file " + file + " that can be read");
        }
        return file;
    }
}
