package io.countersign.gateway.console.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.gateway.identity.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** Makes the pictures of docs/PAGE.md, in the folder that {@code -Dpage.pictures} names; scripts/screenshots runs it. */
class Pictures {
    private static final List<String> VIEWS =
            List.of("now", "overview", "services", "calls", "callers", "rules", "rejections", "tenants", "settings");

    private static final Duration TRAFFIC = Duration.ofSeconds(Integer.getInteger("page.traffic", 120));

    @Test
    void areMade(@TempDir(factory = Shop.class) Path work) throws Exception {
        Path out = Files.createDirectories(Path.of(System.getProperty("page.pictures")));
        try (Scene scene = new Scene(Files.createDirectories(work.resolve("gateway")));
                Browser browser = new Browser(work.resolve("profile"))) {
            Instant end = Instant.now().plus(TRAFFIC);
            while (Instant.now().isBefore(end)) {
                scene.traffic();
                LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
            }
            scene.decideOnOne();
            browser.screen(1280, 900, false);
            browser.open(scene.url());
            scene.signIn(browser, Role.ADMIN);
            for (String view : VIEWS) {
                take(scene, browser, view, out.resolve(view));
            }
            opened(browser, out);
            assertEquals(List.of(), browser.complaints());
        }
    }

    /** Its name is in the pictures. */
    static final class Shop implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            return Files.createTempDirectory("shop");
        }
    }

    private static void take(Scene scene, Browser browser, String view, Path name) throws Exception {
        browser.eval("location.hash = '#/" + view + "'");
        scene.traffic();
        LockSupport.parkNanos(Duration.ofSeconds(4).toNanos());
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {1280, 390}) {
                browser.screen(width, width == 390 ? 844 : 900, dark);
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
                Files.write(
                        name.resolveSibling(name.getFileName() + "-" + width + (dark ? "-dark" : "") + ".png"),
                        browser.picture());
            }
        }
        browser.screen(1280, 900, false);
    }

    private static void opened(Browser browser, Path out) throws Exception {
        browser.eval("location.hash = '#/calls?route=logs'");
        browser.until("the calls are listed", "document.querySelector('#calls tbody button')");
        browser.eval("document.querySelector('#calls tbody button').click()");
        LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        Files.write(out.resolve("call-1280.png"), browser.picture());
        browser.screen(390, 844, true);
        LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        Files.write(out.resolve("call-390-dark.png"), browser.picture());
        browser.screen(1280, 900, false);
        browser.press("Escape", 27);
        browser.eval("location.hash = '#/callers'");
        browser.until("somebody waits", "document.querySelector('#pending tbody button')");
        browser.eval("document.querySelector('#pending tbody button').click()");
        LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        Files.write(out.resolve("approve-1280.png"), browser.picture());
    }
}
