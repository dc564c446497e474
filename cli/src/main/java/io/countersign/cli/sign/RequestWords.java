package io.countersign.cli.sign;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Method and URL of a request, as {@code sign} and {@code send} take them: {@code [METHOD] URL}, or {@code -X METHOD URL}. */
public final class RequestWords {
    @Parameters(
            arity = "0..2",
            paramLabel = "[METHOD] URL",
            hideParamSyntax = true,
            description = "What can't be sent in a URL is percent-encoded once.")
    private List<String> words = List.of();

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            description = "The same as METHOD before the URL. Default: GET, or POST with -d.")
    private Optional<String> method = Optional.empty();

    public boolean areGiven() {
        return !words.isEmpty() || method.isPresent();
    }

    /** The URL, for messages. */
    public String url() {
        return words.isEmpty() ? "" : words.get(words.size() - 1);
    }

    /** Whether the URL is one of a WebSocket. */
    public boolean areOfWebSocket() {
        return url().startsWith("wss://") || url().startsWith("ws://");
    }

    /** The request of these words; of a WebSocket, its upgrade. */
    public RequestDraft draft(RequestOptions content) throws InputFault {
        if (words.isEmpty()) {
            throw new InputFault("needs a URL, as in GET https://host/path");
        }
        if (words.size() == 2 && method.isPresent()) {
            throw new InputFault("METHOD before the URL and -X exclude each other: keep one of them");
        }
        String verb = words.size() == 2 ? words.get(0) : method.orElse(content.hasBody() ? "POST" : "GET");
        if (areOfWebSocket() && (content.hasBody() || !verb.equals("GET"))) {
            throw new InputFault("a WebSocket is opened by GET, without a body: leave out METHOD, -X and -d");
        }
        // The upgrade is an HTTP request: wss is https, ws is http.
        String url = areOfWebSocket() ? "http" + url().substring(2) : url();
        return UrlRequest.of(verb, url, content.headers(), content.body());
    }
}
