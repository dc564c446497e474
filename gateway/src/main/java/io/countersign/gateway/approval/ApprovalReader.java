package io.countersign.gateway.approval;

import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.settings.FurtherSettings.Load;
import io.countersign.proxy.settings.ProxyConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads which callers have to be approved, and how. */
public final class ApprovalReader {
    private static final int MAX_CONTACT = 200;
    private static final String NEEDS_FOLDER =
            "needs state.dir, where it is kept who was approved; set it to a folder of the gateway's own, such as"
                    + " \"/var/lib/countersign\", or have replicas share it (quotas.shared)";

    private static final Map<String, Boolean> APPROVAL = Map.of("none", false, "required", true);
    private static final Map<String, Boolean> UNLISTED = Map.of("deny", false, "ask", true);

    private ApprovalReader() {}

    /**
     * Reads all of it.
     *
     * @param root the whole configuration, as it was written
     * @param shared whether replicas share it
     */
    public static ApprovalSettings read(Section root, FurtherKeys keys, boolean shared, Load load) {
        Optional<ProxyConfig> core = load.core();
        ApprovalConfig config = read(root.section("approval").withDefaults(keys.defaults("approval")), load);
        Section access = root.section("access").withDefaults(keys.defaults("access"));
        boolean asks = Boolean.TRUE.equals(access.choice("unlisted", UNLISTED));
        boolean kept =
                shared || core.isEmpty() || core.get().operation().stateDir().isPresent();
        if (asks && !kept) {
            access.fault("unlisted", NEEDS_FOLDER);
        }
        Set<String> required = new HashSet<>();
        Section routes = root.section("routes");
        for (String name : routes.names()) {
            if (!routes.isObject(name)) {
                continue;
            }
            Section route = routes.section(name).withDefaults(keys.each("route"));
            if (Boolean.TRUE.equals(route.choice("approval", APPROVAL))) {
                required.add(name);
                if (!kept) {
                    route.fault("approval", NEEDS_FOLDER);
                }
            }
        }
        return new ApprovalSettings(config, required, asks);
    }

    private static ApprovalConfig read(Section approval, Load load) {
        Optional<String> contact = approval.parsed("contact", ApprovalReader::contact);
        Optional<URI> webhook = approval.parsed("webhook", ApprovalReader::webhook);
        boolean fourEyes = approval.flag("four-eyes");
        int max = approval.integer("max-pending", ApprovalConfig.SMALLEST_LIST, ApprovalConfig.LARGEST_LIST);
        approval.rejectUnknown(load.unknown());
        return new ApprovalConfig(contact, webhook.map(url -> target(url, load)), fourEyes, max);
    }

    /** By the way that calls to STS go, too. What is written as http is loopback. */
    private static WebhookTarget target(URI url, Load load) {
        if (!url.getScheme().equals("https")) {
            return new WebhookTarget(url, Optional.empty());
        }
        return new WebhookTarget(
                url, load.process().egress().ofEnvironment(load.faults()).to(Hosts.ofHttps(url)));
    }

    /** It goes into answers and logs. */
    private static String contact(String text) {
        if (text.isBlank() || text.length() > MAX_CONTACT || !text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "is not a name that an answer can carry; write one such as \"#observability\"," + " of at most "
                            + MAX_CONTACT + " ASCII characters");
        }
        return text;
    }

    /** No message quotes it: chats have the right to post in the path. */
    private static URI webhook(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL such as https://chat.example/hooks/...");
        }
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "is not a URL such as https://chat.example/hooks/..., without a user and without #");
        }
        boolean loopback = "http".equals(url.getScheme()) && Hosts.isLoopback(url.getHost());
        if (!"https".equals(url.getScheme()) && !loopback) {
            throw new IllegalArgumentException(
                    "would send callers and paths where others can read them; write https://, or http:// to loopback");
        }
        Hosts.ofHttps(url);
        return url;
    }
}
