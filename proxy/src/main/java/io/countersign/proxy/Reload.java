package io.countersign.proxy;

import io.countersign.proxy.access.ReloadGuard;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.limit.Memory;
import io.countersign.proxy.lockout.ReloadCheck;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a configuration that was read again, or logs why it cannot be taken: then the one in force stays. Called on the watcher's
 * thread alone.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final Pattern LINE = Pattern.compile(":\\d+ \\(");

    private final ProxyConfig startedWith;
    private ProxyConfig inForce;
    private ProxyConfig taken;
    private Set<String> warned;
    private final SnapshotFactory factory;
    private final StandingRefusal refusal;
    private final ReloadCheck check;
    private final Listener listener;

    /** Hears of each outcome. */
    interface Listener {
        /** From now on this configuration is in force. */
        void taken(ProxyConfig config, Snapshot snapshot);

        /** Of a configuration that was not taken, the deny entries are in force from now on. */
        void denying(ProxyConfig config, Snapshot snapshot);

        /** A configuration was not taken. */
        void refused(List<ConfigFault> why);
    }

    /**
     * Makes one.
     *
     * @param startedWith its warnings have been logged
     * @param refusal says again what stays refused
     * @param check finds whom new lists would shut out
     */
    Reload(
            LoadResult.Loaded startedWith,
            SnapshotFactory factory,
            StandingRefusal refusal,
            ReloadCheck check,
            Listener listener) {
        this.startedWith = startedWith.config();
        this.inForce = startedWith.config();
        this.taken = inForce;
        this.warned = texts(startedWith);
        this.factory = factory;
        this.refusal = refusal;
        this.check = check;
        this.listener = listener;
        check.keepFor(inForce.access().lists().guard());
    }

    void take(LoadResult result) {
        if (result instanceof LoadResult.Faulty faulty) {
            refuse(faulty.faults());
            return;
        }
        LoadResult.Loaded loaded = (LoadResult.Loaded) result;
        ProxyConfig config = loaded.config();
        try {
            List<ConfigFault> misfits = MemoryFit.faults(config.limits(), Memory.ofProcess());
            if (!misfits.isEmpty()) {
                refuse(misfits);
                return;
            }
            if (shutsOut(config)) {
                return;
            }
            listener.taken(config, factory.compile(config));
            check.keepFor(config.access().lists().guard());
            refusal.taken();
            List<String> changes = ConfigChanges.between(inForce, config);
            inForce = config;
            taken = config;
            warn(loaded);
            LOG.info(
                    "configuration taken: {} routes; {}",
                    config.routes().size(),
                    changes.isEmpty() ? "no change" : String.join(", ", changes));
            NeedsRestart.between(startedWith, config)
                    .forEach(key -> LOG.warn("configuration: a change of {} takes effect after a restart", key));
        } catch (StartFailure e) {
            refuse(e.faults());
        } catch (RuntimeException e) {
            refused(List.of(new ConfigFault("reload", "an internal error; the log says more")));
            LOG.error("configuration not taken because of an internal error", e);
        }
    }

    /** Whether the configuration is not to be taken because of whom it would shut out; warns of it, or refuses it. */
    private boolean shutsOut(ProxyConfig config) throws StartFailure {
        ReloadGuard guard = config.access().lists().guard();
        if (guard == ReloadGuard.OFF) {
            return false;
        }
        List<ConfigFault> shutOut =
                check.shutOut(inForce.access().rules(), config.access().rules());
        if (guard == ReloadGuard.WARN) {
            shutOut.forEach(fault -> LOG.warn("configuration: {}", fault));
            return false;
        }
        if (shutOut.isEmpty()) {
            return false;
        }
        // As of the one that was taken as a whole: an entry that a refused one had by mistake goes when its file is
        // mended.
        ProxyConfig denying = taken.denyingAs(config);
        if (!denying.access().rules().equals(inForce.access().rules())) {
            listener.denying(denying, factory.compile(denying));
            List<String> changes = ConfigChanges.between(inForce, denying);
            inForce = denying;
            LOG.info("deny entries taken: {}", changes.isEmpty() ? "no change" : String.join(", ", changes));
        }
        List<ConfigFault> why = new ArrayList<>(shutOut);
        why.add(new ConfigFault(
                "access.reload-guard",
                "is refuse, so nothing but deny entries is taken; write warn to take it all the same"));
        refuse(why);
        return true;
    }

    /** What was logged when the process started, or at the last reload, is not logged again. */
    private void warn(LoadResult.Loaded loaded) {
        Set<String> before = warned;
        warned = texts(loaded);
        loaded.warnings().stream()
                .filter(warning -> !before.contains(text(warning)))
                .forEach(warning -> LOG.warn("configuration: {}", warning));
    }

    private static Set<String> texts(LoadResult.Loaded loaded) {
        return loaded.warnings().stream().map(Reload::text).collect(Collectors.toSet());
    }

    /** Without the line, which an edit further up changes. */
    private static String text(ConfigFault warning) {
        return LINE.matcher(warning.toString()).replaceFirst(" (");
    }

    private void refuse(List<ConfigFault> faults) {
        refused(faults);
        faults.forEach(fault -> LOG.error("configuration not taken: {}", fault));
    }

    private void refused(List<ConfigFault> faults) {
        refusal.refused(faults);
        listener.refused(faults);
    }
}
