package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.gateway.command.ConsoleAnswer;
import io.countersign.gateway.command.ConsoleClient;
import io.countersign.gateway.command.GatewayCommand.Failure;
import java.io.IOException;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls of a gateway that runs, from its console. */
final class ServerCalls implements CallSource {
    private static final String CALLS = "/api/v1/calls";
    private static final int MAX_PAGE = 500;
    private static final int BUSY = 503;
    private static final int MAX_TRIES = 20;
    private static final long PAUSE_MILLIS = 500;

    private final ConsoleClient client;
    private final String query;
    private final CallFilter wanted;

    /**
     * Of that console.
     *
     * @param query that narrows the calls, for the console
     * @param wanted the same, for what the console streams
     */
    ServerCalls(ConsoleClient client, String query, CallFilter wanted) {
        this.client = client;
        this.query = query;
        this.wanted = wanted;
    }

    @Override
    public FoundCalls find(Place from, int max) throws Failure {
        String path = CALLS + "?limit=" + Math.min(max, MAX_PAGE) + (from.equals(Place.NEWEST) ? "" : "&before=" + from)
                + query;
        try {
            ConsoleAnswer answer = send(path);
            if (!answer.isSuccess()) {
                throw Failure.failed(answer.fault());
            }
            return found(answer.body(), answer.json());
        } catch (ParseException e) {
            throw Failure.failed("the gateway's answer is not JSON: is that its console?");
        } catch (IOException e) {
            throw Failure.failed("no answer from " + e.getMessage());
        }
    }

    /** Somebody else may search the disk at the moment. */
    private ConsoleAnswer send(String path) throws IOException {
        ConsoleAnswer answer = client.send("GET", path, Optional.empty());
        for (int i = 1; i < MAX_TRIES && answer.status() == BUSY; i++) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return answer;
            }
            answer = client.send("GET", path, Optional.empty());
        }
        return answer;
    }

    private static FoundCalls found(String body, Map<String, Object> answer) throws ParseException {
        if (!(answer.get("searched") instanceof Map<?, ?> searched)) {
            throw new ParseException("not an answer about calls", 0);
        }
        return new FoundCalls(
                RawObjects.of(body, "calls"),
                Optional.ofNullable(answer.get("next")).flatMap(text -> Place.parse(text.toString())),
                new FoundCalls.Searched(
                        number(searched.get("calls")),
                        number(searched.get("bytes")),
                        Optional.ofNullable(searched.get("back_to")).map(Object::toString)));
    }

    private static long number(Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    @Override
    public void follow(Consumer<String> lines, Consumer<String> missed) throws Failure {
        String[] event = {""};
        try {
            ConsoleAnswer answer = client.stream("/api/v1/events", line -> {
                if (line.startsWith("event: ")) {
                    event[0] = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    data(event[0], line.substring("data: ".length()), lines, missed);
                }
            });
            if (!answer.isSuccess()) {
                throw Failure.failed(answer.fault());
            }
            throw Failure.failed("the gateway has ended the stream");
        } catch (IOException e) {
            throw Failure.failed("the stream broke off: " + e.getMessage());
        }
    }

    private void data(String event, String data, Consumer<String> lines, Consumer<String> missed) {
        if (event.equals("call") && wanted.wants(data)) {
            lines.accept(data);
        } else if (event.equals("missed")) {
            missed.accept(data.replaceAll("\\D", ""));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
