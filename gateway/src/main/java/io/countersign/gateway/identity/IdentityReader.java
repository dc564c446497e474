package io.countersign.gateway.identity;

import io.countersign.gateway.identity.kubernetes.KubernetesConfig;
import io.countersign.gateway.identity.kubernetes.KubernetesReader;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.settings.FurtherSettings.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads by what callers are known: {@code tokens-file}, {@code identity}, and of a listener {@code tokens-in-clear}. Tokens are not
 * taken where others could read them on their way, unless an operator says so for that listener.
 */
public final class IdentityReader {
    private static final String TOKENS_FILE = "tokens-file";
    private static final String IN_CLEAR = "tokens-in-clear";

    private final FurtherKeys keys;
    private final Load load;

    /** @param keys for the defaults */
    public IdentityReader(FurtherKeys keys, Load load) {
        this.keys = keys;
        this.load = load;
    }

    /** @param root of all settings */
    public IdentityConfig read(Section root) {
        Optional<Setting> file = root.text(TOKENS_FILE);
        TokenTable tokens = file.map(this::tokens).orElseGet(TokenTable::empty);
        Section identity = root.section("identity");
        Optional<KubernetesConfig> kubernetes = new KubernetesReader(keys, load).read(identity.section("kubernetes"));
        identity.rejectUnknown(load.unknown());
        List<String> taken = new ArrayList<>();
        file.ifPresent(set -> taken.add(TOKENS_FILE));
        kubernetes.ifPresent(set -> taken.add("identity.kubernetes"));
        refuseInClear(root, taken);
        return new IdentityConfig(tokens, kubernetes);
    }

    private TokenTable tokens(Setting setting) {
        Path file = load.files().path(setting);
        Optional<String> text = load.files().read(setting, file);
        if (text.isEmpty()) {
            return TokenTable.empty();
        }
        warnOfExposure(setting, file);
        return TokensText.read(text.get(), file.toString(), load.faults()::add);
    }

    private void warnOfExposure(Setting setting, Path file) {
        try {
            new TokensFile(file).exposure().ifPresent(what -> load.faults().warn(setting.where(), what));
        } catch (IOException e) {
            load.faults().warn(setting.where(), "who may read " + file + " can't be seen");
        }
    }

    /** @param taken the settings by which tokens are taken */
    private void refuseInClear(Section root, List<String> taken) {
        List<Boolean> inClear = new ArrayList<>();
        for (Section each : root.sections("listeners")) {
            inClear.add(each.withDefaults(keys.each("listener")).flag(IN_CLEAR));
        }
        List<ListenerConfig> listeners =
                load.core().isPresent() ? load.core().get().listeners() : List.of();
        for (int i = 0; i < listeners.size() && !taken.isEmpty(); i++) {
            ListenerConfig listener = listeners.get(i);
            boolean said = i < inClear.size() && inClear.get(i);
            if (listener.bind().isOpen() && listener.tls().isEmpty() && !said) {
                load.faults()
                        .add(
                                listener.where(),
                                listener.bind()
                                        + " takes plain HTTP from other machines, so whoever can read that network"
                                        + " could read the tokens that " + String.join(" and ", taken)
                                        + " would take there; add tls to this listener, or write " + IN_CLEAR
                                        + " = true in it if something else protects that way");
            }
        }
    }
}
