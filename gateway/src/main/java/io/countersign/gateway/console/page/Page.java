package io.countersign.gateway.console.page;

import io.countersign.proxy.admin.http.ConsoleResource;
import java.util.ArrayList;
import java.util.List;

/**
 * The console's page: a few files of the program's jar, read once. They hold nothing, so that nobody needs a token for them; what the
 * page shows it asks the API for, with the token that is typed into it.
 */
public final class Page {
    /** Each refers only to those before it. */
    private static final List<String> FILES = List.of(
            "icon.svg",
            "uplot.css",
            "page.css",
            "uplot.js",
            "preact.js",
            "hooks.js",
            "htm.js",
            "api.js",
            "ui.js",
            "now.js",
            "overview.js",
            "snippets.js",
            "services.js",
            "calls.js",
            "callers.js",
            "rules.js",
            "rejections.js",
            "tenants.js",
            "settings.js",
            "app.js");

    private Page() {}

    /** The page at {@code /}, and its files. */
    public static List<ConsoleResource> resources() {
        PageFiles files = new PageFiles();
        List<ConsoleResource> resources = new ArrayList<>();
        FILES.forEach(name -> resources.add(files.add(name)));
        resources.add(files.start("index.html"));
        return resources;
    }
}
