package io.countersign.proxy.access;

import io.countersign.proxy.net.Networks;
import java.util.Map;

/**
 * Who may call.
 *
 * @param rules of all kinds, compiled from the inline entries and the list files together
 * @param allowedHosts names that a {@code Host} field may have
 * @param refusals what callers are answered that may not call
 * @param trustedProxies peers that are believed when they say in {@code X-Forwarded-For} or {@code Forwarded} whom a request came from
 * @param lists where entries come from
 * @param unlisted what becomes of callers that are on no list
 */
public record AccessConfig(
        CallerRules rules,
        AllowedHosts allowedHosts,
        Refusals refusals,
        Networks trustedProxies,
        Lists lists,
        UnlistedCallers unlisted) {
    /**
     * What callers are answered that may not call.
     *
     * @param denied status for one that a deny entry names: 403, or 503 for who wants its agent to keep trying
     * @param unlisted status for a write of one that is on no list: 503, so that a slip in a list costs no data, or 403
     * @param advice what one that is on no list reads besides; empty for nothing
     */
    public record Refusals(int denied, int unlisted, String advice) {}

    /**
     * The lists that are not written in the settings.
     *
     * @param remote those that are fetched
     * @param hashes by the name of each file and fetched list: what tells its text from others
     * @param guard what becomes of new ones that would shut out callers
     */
    public record Lists(RemoteLists remote, Map<String, String> hashes, ReloadGuard guard) {
        public Lists {
            hashes = Map.copyOf(hashes);
        }
    }

    /** The same, where callers that are on no list may ask to be let in. */
    public AccessConfig asking() {
        return new AccessConfig(rules, allowedHosts, refusals, trustedProxies, lists, UnlistedCallers.ASK);
    }

    /**
     * The same with the deny entries of other settings besides its own.
     *
     * <p>Which lists these are from is not kept, so each list has the hash that it has here.
     */
    public AccessConfig denyingAs(AccessConfig other) {
        return new AccessConfig(rules.denyingAs(other.rules), allowedHosts, refusals, trustedProxies, lists, unlisted);
    }

    /** The lists that are fetched. */
    public RemoteLists remote() {
        return lists.remote();
    }

    /** Whether they may. */
    public boolean asks() {
        return unlisted == UnlistedCallers.ASK;
    }
}
