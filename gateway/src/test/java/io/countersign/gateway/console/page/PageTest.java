package io.countersign.gateway.console.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.Role;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real Chromium, which is started once: starting it takes longer than all that is seen in it. */
@Timeout(600)
class PageTest {
    private static final List<String> VIEWS =
            List.of("now", "overview", "services", "calls", "callers", "rules", "rejections", "tenants", "settings");

    private static final String TEXT = "document.getElementById('content').innerText";

    @Test
    void showsWhatTheGatewayKnowsAndChangesWhatItIsTold(@TempDir Path folder) throws Exception {
        try (Scene scene = new Scene(Files.createDirectories(folder.resolve("gateway")));
                Browser browser = new Browser(folder.resolve("profile"))) {
            scene.traffic();
            browser.screen(1280, 900, false);
            aLinkShowsNothing(scene, browser);
            aWrongTokenShowsNothingEither(browser);
            theTokenStaysInMemory(scene, browser);
            numbersAreThoseOfTheMetrics(scene, browser);
            eachViewIsWholeAndHarmless(browser);
            severalUpstreamsAndSignaturesAreShown(browser);
            webSocketsAreCounted(scene, browser);
            aCallIsFoundAndOpened(browser);
            callsAppearAsTheyCome(scene, browser);
            whatWasSignedStandsBesideWhatAwsSays(scene, browser);
            entriesThatChangeNothingAreMarked(browser);
            aRequestIsTested(browser);
            callersAreDecidedOn(scene, browser);
            aViewerIsNotOfferedWhatItMayNot(scene, browser);

            assertEquals(List.of(), browser.complaints());
            List<String> elsewhere = browser.requested().stream()
                    .filter(url -> !url.startsWith(scene.url()) && !url.equals("about:blank"))
                    .toList();
            assertEquals(List.of(), elsewhere);
            aFaultOfOneViewLeavesTheOthers(browser);
            whatIsStaleLooksStale(scene, browser);
        }
    }

    private static void show(Browser browser, String view) {
        browser.eval("location.hash = '#/" + view + "'");
        browser.until(
                view + " is shown",
                "document.querySelector('nav a[aria-current]')?.getAttribute('href') === '#/"
                        + view.replaceFirst("\\?.*", "") + "' && !" + TEXT + ".includes('Loading …')");
    }

    /** Whoever has it, without a token. */
    private static void aLinkShowsNothing(Scene scene, Browser browser) {
        browser.open(scene.url() + "#/calls?route=logs");
        browser.until("the page asks for a token", "document.querySelector('input[name=token]')");
        assertEquals(
                List.of(),
                browser.requested().stream()
                        .filter(url -> url.contains("/api/"))
                        .toList());
    }

    private static void aWrongTokenShowsNothingEither(Browser browser) {
        browser.until("the field has the focus", "document.activeElement?.name === 'token'");
        browser.type("csgn_wrong");
        browser.press("Enter", 13);
        browser.until(
                "the page says so",
                "document.querySelector('[role=alert]')?.innerText.startsWith('This token is not in force')");
        assertEquals(
                1,
                browser.requested().stream()
                        .filter(url -> url.contains("/api/"))
                        .count());
        // What Chromium itself says of it is not the page's fault.
        assertEquals(
                1,
                browser.takeComplaints().stream()
                        .filter(each -> each.contains("401 (Unauthorized)"))
                        .count());
    }

    private static void theTokenStaysInMemory(Scene scene, Browser browser) {
        String token = scene.token(Role.APPROVER);
        scene.signIn(browser, Role.APPROVER);
        assertEquals(
                "false",
                browser.eval(
                        "[location.href, document.cookie, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}),"
                                + " JSON.stringify(history.state), document.documentElement.outerHTML].join().includes('"
                                + token + "')"));
        browser.open(scene.url());
        scene.signIn(browser, Role.APPROVER);
    }

    private static void numbersAreThoseOfTheMetrics(Scene scene, Browser browser) {
        ShownNumbers numbers = new ShownNumbers(scene, browser);
        show(browser, "now");
        numbers.now();
        heldDataIsShown(browser);
        whoWeAreIsShownOrWhyItIsNotKnown(browser);
        numbers.headroom();
        show(browser, "overview");
        numbers.overview();
        show(browser, "callers");
        numbers.callers();
    }

    private static void whoWeAreIsShownOrWhyItIsNotKnown(Browser browser) {
        String who = browser.eval("document.getElementById('who').innerText.replace(/\\s+/g, ' ')");
        for (String part : List.of(
                "arn:aws:iam::123456789012:role/reports",
                "Account 123456789012",
                "Region eu-west-1",
                "Unknown: their source does not say. credentials.default.identify = true asks STS")) {
            assertTrue(who.contains(part), () -> part + " in " + who);
        }
    }

    private static void heldDataIsShown(Browser browser) {
        browser.until("what agents hold is shown", "document.querySelectorAll('#held tbody tr').length === 2");
        String held = browser.eval("document.getElementById('held').innerText");
        for (String part : List.of(
                "OTel-OTLP-Exporter-Java/1.68.0",
                "permission",
                "opentelemetry-collector/0.165",
                "connection_refused")) {
            assertTrue(held.contains(part), () -> part + " in " + held);
        }
    }

    private static void eachViewIsWholeAndHarmless(Browser browser) throws IOException {
        browser.eval("(() => { " + axe() + "; return 'there'; })()");
        for (String view : VIEWS) {
            browser.screen(1280, 900, false);
            show(browser, view);
            assertEquals("", axeFaults(browser), view);
            browser.screen(390, 844, true);
            assertEquals("", axeFaults(browser), view + " on a phone, in the dark");
            assertEquals(
                    "true",
                    browser.eval("document.documentElement.scrollWidth <= 390"),
                    view + " is wider than a phone");
            assertEquals("0", browser.eval("document.querySelectorAll('#page script, #page img[src=x]').length"));
            assertTrue(browser.eval("document.title").endsWith(" · Countersign"));
        }
        browser.screen(1280, 900, false);
        show(browser, "rules");
        assertTrue(browser.eval(TEXT).contains(Scene.HOSTILE), () -> browser.eval(TEXT));
        show(browser, "services");
        assertTrue(browser.eval(TEXT).contains(Scene.HOSTILE), () -> browser.eval(TEXT));
    }

    private static String axe() throws IOException {
        try (InputStream in = PageTest.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String axeFaults(Browser browser) {
        return browser.eval("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],"
                + " resultTypes: ['violations'] }).then(found => found.violations.map(each => each.id + ': '"
                + " + each.nodes.map(node => node.html).join(' ')).join('; '))");
    }

    private static void severalUpstreamsAndSignaturesAreShown(Browser browser) {
        show(browser, "now");
        browser.until("a standby's turn is seen", arriving("prices") + ".innerText.includes('by a standby')");
        assertEquals("false", browser.eval(arriving("metrics") + ".innerText.includes('standby')"));
        show(browser, "services");
        browser.until("the route is shown", "document.querySelector('#route-prices tbody tr')");
        assertEquals(
                "http://127.0.0.1:9 | left out | execute-api, us-east-1, with default | 1 | connection_refused: 1",
                row(browser, "prices", 0));
        assertTrue(
                row(browser, "prices", 1).endsWith(" | in use | execute-api, eu-west-1, with default | 2 | –"),
                () -> row(browser, "prices", 1));
        assertEquals(
                "0",
                browser.eval("document.querySelectorAll('#route-metrics h3').length - "
                        + "document.querySelectorAll('#route-metrics details h3').length"));
        assertEquals("events, SigV4A for us-east-1, eu-west-1, with default", fact(browser, "events", "Signed"));
        assertEquals("aps, eu-west-1, with default", fact(browser, "metrics", "Signed"));
    }

    private static String arriving(String route) {
        return "[...document.querySelectorAll('#arriving tbody tr')].find(row => row.cells[0].innerText.trim() === '"
                + route + "').querySelector('[data-name=State]')";
    }

    /** Of the first table of a route's panel. */
    private static String row(Browser browser, String route, int number) {
        return browser.eval("[...document.querySelectorAll('#route-" + route + " tbody tr')[" + number
                + "].cells].map(cell => cell.innerText.replace(/[■▲●]/g, '').trim()).join(' | ')");
    }

    private static String fact(Browser browser, String route, String name) {
        return browser.eval("[...document.querySelectorAll('#route-" + route + " dl > div')].find(each =>"
                + " each.querySelector('dt').innerText === '" + name + "')?.querySelector('dd').innerText ?? 'none'");
    }

    private static void webSocketsAreCounted(Scene scene, Browser browser) throws IOException {
        show(browser, "services");
        assertEquals("none", fact(browser, "metrics", "WebSockets"));
        try (Socket open = scene.webSocket()) {
            Await.until("it is open", () -> fact(browser, "feed", "WebSockets").equals("1 open, 0 ended"));
            assertTrue(open.isConnected());
            assertTrue(state(browser).contains("open"), () -> state(browser));
        }
        Await.until("it has ended", () -> fact(browser, "feed", "WebSockets").equals("0 open, 1 ended"));
        assertTrue(state(browser).contains("no WebSocket"), () -> state(browser));
    }

    private static String state(Browser browser) {
        return browser.eval("document.querySelector('#route-feed .tools').innerText");
    }

    private static void aCallIsFoundAndOpened(Browser browser) {
        show(browser, "calls?route=logs&status=503&since=900");
        browser.until("the calls of one route are listed", "document.querySelectorAll('#calls tbody tr').length === 1");
        browser.until("it says how far it has searched", TEXT + ".includes('there are no older ones')");
        browser.eval("document.querySelector('#calls tbody button').click()");
        browser.until("the call is open", "document.querySelector('dialog[open]')");
        String text = browser.eval("document.querySelector('dialog').innerText");
        for (String part : List.of(
                "POST /v1/logs",
                "AccessDeniedException",
                "permission",
                "allow.list:2",
                "OTel-OTLP-Exporter-Java/1.68.0",
                "In all")) {
            assertTrue(text.contains(part), () -> part + " in " + text);
        }
        browser.press("Escape", 27);
        browser.until("the call is closed", "!document.querySelector('dialog')");
    }

    private static void callsAppearAsTheyCome(Scene scene, Browser browser) {
        show(browser, "calls");
        browser.until("the calls are listed", "document.querySelectorAll('#calls tbody tr').length > 5");
        whatIsListedCanBeSaved(browser);
        browser.eval(
                "[...document.querySelectorAll('#calls button')].find(each => each.innerText === 'Live: off').click()");
        Await.until(
                "the page follows",
                () -> scene.gateway().admin("/metrics").contains("countersign_console_streams 1.0"));
        scene.send("127.0.0.1", "GET", "/es/live-tail", "curl/8.14.1", 0);
        browser.until(
                "the call appears", "document.querySelector('#calls tbody tr').innerText.includes('/es/live-tail')");
        show(browser, "rules");
        Await.until(
                "the page has let go",
                () -> scene.gateway().admin("/metrics").contains("countersign_console_streams 0.0"));
    }

    private static void whatIsListedCanBeSaved(Browser browser) {
        browser.eval("URL.createObjectURL = blob => { window.saved = blob; return '#'; },"
                + " HTMLAnchorElement.prototype.click = () => {}");
        browser.eval("[...document.querySelectorAll('#calls button')].find(each => each.innerText === 'CSV').click()");
        String csv = browser.eval("window.saved.text()");
        assertTrue(csv.contains("\"'" + Scene.FORMULA + "\""), csv);
        assertFalse(csv.contains("\"" + Scene.FORMULA), csv);
        browser.eval(
                "[...document.querySelectorAll('#calls button')].find(each => each.innerText === 'JSON lines').click()");
        assertEquals(
                "true",
                browser.eval("window.saved.text().then(text => text.trim().split('\\n').map(JSON.parse).length"
                        + " === document.querySelectorAll('#calls tbody tr').length)"));
    }

    private static void whatWasSignedStandsBesideWhatAwsSays(Scene scene, Browser browser) {
        show(browser, "rejections");
        String rows = "[...document.querySelectorAll('#rejection-invoices tbody tr')]";
        assertEquals(
                "path first difference: /mismatch/invoices/a%2520b | /mismatch/invoices/a%20b,"
                        + " hash of the canonical request differs",
                browser.eval(rows + ".filter(row => row.className === 'differs').map(row => [...row.cells].map(cell =>"
                        + " cell.innerText.replace(/[■\\s]+/g, ' ').trim())).map(([part, ours, aws], i) => i === 0"
                        + " ? part + ': ' + ours + ' | ' + aws : part).join(', ')"));
        assertEquals(
                "520b | 0b",
                browser.eval("[...document.querySelectorAll('#rejection-invoices tr.differs mark')].slice(0, 2)"
                        + ".map(each => each.innerText).join(' | ')"));
        String all = browser.eval("document.getElementById('rejection-invoices').innerText");
        assertTrue(all.contains("query customer") && all.contains("not shown: 10 characters"), all);
        for (String secret : List.of(Scene.QUERY_VALUE, "SECRETCANARY")) {
            assertFalse((all + scene.get("/api/v1/rejections")).contains(secret), secret);
        }
        assertFalse(browser.eval("document.getElementById('rejection-logs').innerText")
                .contains("What was signed"));
    }

    private static void entriesThatChangeNothingAreMarked(Browser browser) {
        show(browser, "rules");
        assertEquals(
                "nothing it is within 127.0.0.0/16 at allow.list:2 | nothing deny wins: 127.6.6.0/24 at deny.list:2 | –",
                browser.eval(
                        "['127.0.0.8', '127.6.6.7', '127.0.0.0/16'].map(text =>"
                                + " [...document.querySelectorAll('#rules tbody tr')].find(row => row.cells[0].innerText.trim() === text)"
                                + ".querySelector('[data-name=Changes]').innerText.replace(/[■▲●]/g, '').trim().replace(/\\s+/g, ' ')).join(' | ')"));
        String all = browser.eval("document.getElementById('idle').innerText.replace(/\\s+/g, ' ')");
        assertTrue(all.contains("1 expired, 1 shadowed, 1 contradictory"), all);
        assertTrue(all.contains("127.9.0.0/24 allow.list:5 ▲ expired ended 2020-0"), all);
    }

    private static void aRequestIsTested(Browser browser) {
        show(browser, "rules");
        browser.eval(
                "(() => { const form = document.querySelector('#try form'); form.elements.address.value = '127.1.0.66';"
                        + " form.requestSubmit(); })()");
        browser.until(
                "the rules have answered",
                "document.querySelector('#try [role=status]').innerText.includes('deny.list:1')");
        assertTrue(browser.eval("document.querySelector('#try [role=status]').innerText")
                .contains("denied"));
    }

    private static void callersAreDecidedOn(Scene scene, Browser browser) {
        assertEquals(403, scene.send("127.1.0.7", "GET", "/orders/17", "checkout/2.3", 0));
        decide(browser, "127.1.0.7", "Approve");
        Await.until("the caller may", () -> scene.send("127.1.0.7", "GET", "/orders/17", "checkout/2.3", 0) == 200);
        decide(browser, "checkout", "Refuse");
        browser.until(
                "the decisions are shown",
                "/127\\.1\\.0\\.7[^]*approved/.test(document.getElementById('subscriptions').innerText)"
                        + " && /checkout[^]*refused/.test(document.getElementById('subscriptions').innerText)");
        browser.eval("document.querySelector('#subscriptions tbody tr button').focus()");
        browser.press("Enter", 13);
        browser.until("a decision can be taken back", "document.querySelector('dialog[open]')");
        browser.press("Escape", 27);
        String audit = scene.get("/api/v1/audit");
        assertTrue(audit.contains("a-approver") && audit.contains("as agreed"), audit);
    }

    /** By keyboard alone, and in two steps of which the first changes nothing. */
    private static void decide(Browser browser, String caller, String decision) {
        show(browser, "callers");
        browser.until("the caller waits", "document.getElementById('pending').innerText.includes('" + caller + "')");
        browser.eval(
                "[...document.querySelectorAll('#pending tbody tr')].find(row => row.cells[0].innerText.startsWith('"
                        + caller + "')).querySelectorAll('button')[" + (decision.equals("Approve") ? 0 : 1)
                        + "].focus()");
        browser.press("Enter", 13);
        browser.until("it is asked", "document.querySelector('dialog[open]')");
        assertEquals(
                decision + " " + caller + " for route orders",
                browser.eval("document.querySelector('dialog h2').innerText"));
        browser.eval("document.querySelector('dialog [name=comment]').focus()");
        browser.type("as agreed");
        browser.press("Enter", 13);
        browser.until("it is done", "!document.querySelector('dialog')");
    }

    private static void aViewerIsNotOfferedWhatItMayNot(Scene scene, Browser browser) {
        browser.eval("[...document.querySelectorAll('button')].find(each => each.innerText === 'Sign out').click()");
        scene.signIn(browser, Role.VIEWER);
        show(browser, "settings");
        assertEquals("true", browser.eval("document.querySelector('#inforce button').disabled"));
        scene.send("127.0.0.1", "GET", "/orders/19", "curl/8.14.1", 0);
        show(browser, "callers");
        browser.until("a caller waits", "document.querySelector('#pending tbody button')");
        assertEquals(
                "true", browser.eval("[...document.querySelectorAll('#pending button')].every(each => each.disabled)"));
    }

    private static void aFaultOfOneViewLeavesTheOthers(Browser browser) {
        browser.eval("(() => { const real = window.fetch; window.fetch = (path, options) => path === '/api/v1/tenants'"
                + " ? Promise.resolve(new Response('{\"tenants\":[{}]}')) : real(path, options); })()");
        browser.eval("location.hash = '#/tenants'");
        browser.until("the view has failed", TEXT + ".includes('This view failed')");
        show(browser, "rules");
        browser.until("the next view is there", "document.querySelector('#rules tbody tr')");
    }

    private static void whatIsStaleLooksStale(Scene scene, Browser browser) {
        assertEquals("0", browser.eval("document.querySelectorAll('.stale').length"));
        scene.close();
        browser.until(
                "the page says so",
                "document.querySelectorAll('.panel.stale').length > 0"
                        + " && document.querySelector('.bar').innerText.includes('stale for')");
        assertFalse(browser.eval(TEXT).isEmpty());
    }
}
