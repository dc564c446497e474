package io.countersign.cli.s3;

import io.countersign.proxy.Extension;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Head;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;

/** What uploads said of their framing in {@code x-amz-content-sha256}, as the proxy got it. */
final class Framings implements Extension, Guard {
    private final Map<String, Set<String>> ofPaths = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "framings of uploads";
    }

    @Override
    public List<Guard> guards(ProxyConfig config) {
        return List.of(this);
    }

    @Override
    public Entry enter(Caller caller, Head head, Route route) {
        if (head.method().equals("PUT")) {
            String said = head.fields().get("x-amz-content-sha256", "nothing");
            String coding = head.contentLength() < 0 ? " in HTTP chunks" : "";
            ofPaths.computeIfAbsent(head.target().path(), path -> new ConcurrentSkipListSet<>())
                    .add((said.matches("[0-9a-f]{64}") ? "SHA-256" : said) + coding);
        }
        return Entry.FREE;
    }

    /** Of all uploads below a path; a hash is {@code SHA-256}. */
    Set<String> below(String prefix) {
        return ofPaths.entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .flatMap(Collection::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
