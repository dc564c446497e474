package io.countersign.gateway.calls.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.ParseException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallStoryTest {
    private static List<String> story(String line) {
        try {
            return CallStory.of(CallFields.parse(line));
        } catch (ParseException e) {
            throw new AssertionError(line, e);
        }
    }

    @Test
    void tellsACallThatWentWell() {
        assertEquals(
                List.of(
                        "Call 00c0ffee00c0ffee at 2026-11-27T05:30:00.000Z: POST /api/v1/write got 200 after 12 ms.",
                        "10.0.0.7 called as token:batch, by Prometheus/3.5.0.",
                        "It is part of the trace 4bf92f3577b34da6a3ce929d0e0e4736.",
                        "allow.list:3 let it in: 10.0.0.0/24.",
                        "The route metrics took it, for the tenant payments.",
                        "Times: it waited 0.10 ms for its turn; its body of 5000 bytes took 1.50 ms to read; a connection took"
                                + " 0.00 ms; the upstream took 10 ms until its response began; the response of 20 bytes took"
                                + " 0.35 ms to pass on.",
                        "It was sent once, to aps.example after 2.00 ms, on a connection that had been used before, signed with"
                                + " the credentials default (AKIDEXAMPLE).",
                        "The upstream answered 200, under its own id req-1.",
                        "The client got the upstream's response.",
                        "prometheus has what it asked for.",
                        "To do: nothing."),
                story("""
                        {"number":7,"time":"2026-11-27T05:30:00.000Z","id":"00c0ffee00c0ffee","client":"10.0.0.7",\
                        "identity":"token:batch","tenant":"payments","verdict":"allowed","rule":"allow.list:3",\
                        "rule_text":"10.0.0.0/24","route":"metrics","method":"POST","path":"/api/v1/write",\
                        "user_agent":"Prometheus/3.5.0","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","status":200,"own":false,\
                        "complete":true,"upstream_status":200,"upstream_id":"req-1","credentials":"default",\
                        "access_key_id":"AKIDEXAMPLE","request_bytes":5000,"response_bytes":20,"attempts":1,\
                        "upstream":"aps.example","reused":true,"sent_ms":2.000,"duration_ms":12.346,"wait_ms":0.100,\
                        "body_ms":1.500,"connect_ms":0.002,"first_byte_ms":10.000,"relay_ms":0.346}"""));
    }

    @Test
    void tellsWhatBecameOfEachAttemptAndWhatTheAgentWillDo() {
        List<String> story = story("""
                {"id":"1","method":"POST","path":"/w","user_agent":"Prometheus/3.5.0","client":"10.0.0.7","verdict":"allowed",\
                "rule":"default","rule_text":"loopback may call","route":"metrics","status":503,"own":true,"complete":true,\
                "retry_after":2,"error":"destination_unavailable","detail":"AWS rejects it","upstream_status":403,\
                "rejection":"permission","upstream_said":"no","credentials":"default","attempts":2,"upstream":"b.example",\
                "reused":false,"sent_ms":7.5,"earlier":[{"to":"a.example","on_reused":true,"at_ms":1.0,"answer":403,\
                "rejected":"expired_token"},{"to":"a.example","on_reused":true,"at_ms":2.0,"broke":"connection_terminated"}]}""");
        assertTrue(
                story.contains("No entry names the caller, and the default let it in: loopback may call."),
                story::toString);
        assertTrue(
                story.contains(
                        "Attempt 1 went to a.example after 1.00 ms, on a connection that had been used before, and was"
                                + " answered 403, rejected by AWS: expired_token."),
                story::toString);
        assertTrue(
                story.contains(
                        "Attempt 2 went to a.example after 2.00 ms, on a connection that had been used before, and broke"
                                + " off: connection_terminated."),
                story::toString);
        assertTrue(
                story.contains(
                        "Attempt 3 went to b.example after 7.50 ms, on a new connection, signed with the credentials"
                                + " default."),
                story::toString);
        assertTrue(story.contains("AWS rejected the request itself: permission."), story::toString);
        assertTrue(
                story.contains(
                        "Countersign made the response itself: 503, with the error destination_unavailable, and asked to be"
                                + " tried again after 2 s."),
                story::toString);
        assertTrue(story.contains("Why: AWS rejects it"), story::toString);
        assertTrue(
                story.contains("prometheus keeps the data and sends it again, for about 2 h at its defaults."),
                story::toString);
        assertEquals(
                "To do: grant the permission; countersign check --print-iam-policy prints what is needed. See"
                        + " docs/REJECTIONS.md.",
                story.get(story.size() - 1));
    }

    /** Whose token is not good has no tenant and no route; the routes' match is not what to look at. */
    @Test
    void sendsWhoHasNoGoodTokenToTheTokens() {
        List<String> story = story("""
                {"id":"1","method":"GET","path":"/a","client":"10.0.0.7","status":401,"own":true,"complete":true,\
                "error":"http_request_denied","detail":"the token is unknown, has ended, or is for the console","attempts":0}""");
        assertTrue(story.get(story.size() - 1).contains("countersign token list"), story::toString);
    }

    @Test
    void tellsWhoWasTurnedAwayByWhichLine() {
        List<String> story = story("""
                {"id":"1","method":"GET","path":"/a","client":"10.0.0.7","client_known_by":"forwarded","peer":"10.9.9.9",\
                "verdict":"denied","rule":"deny.list:7","rule_text":"10.0.0.5","status":403,"own":true,"complete":true,\
                "error":"http_request_denied","attempts":0}""");
        assertTrue(
                story.contains("10.0.0.7 called; the address is known by X-Forwarded-For or Forwarded of 10.9.9.9."),
                story::toString);
        assertTrue(story.contains("deny.list:7 turned it away: 10.0.0.5."), story::toString);
        assertTrue(story.contains("No route took it."), story::toString);
        assertTrue(story.contains("It was not sent upstream."), story::toString);
        assertTrue(
                story.get(story.size() - 1)
                        .contains("change deny.list:7; countersign rules test 10.0.0.7 shows which entry decides"),
                story::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "collectd/5|503|collectd drops this data: it never sends anything again.",
                "vmagent|503|vmagent keeps the data and sends it again, until its disk is full.",
                "Telegraf/1|503|telegraf keeps the data and sends it again, until its buffer is full.",
                "curl/8|503|The agent keeps the data and sends it again if it is like most: docs/AGENTS.md says for how long.",
                "curl/8|403|The agent takes this as a verdict on its data: most agents drop data on a 403.",
                "curl/8|502|The agent may keep its data or drop it on a 502: docs/AGENTS.md says which."
            })
    void saysWhatTheAgentWillDo(String agent, int status, String expected) {
        List<String> story = story("{\"method\":\"POST\",\"path\":\"/w\",\"complete\":true,\"user_agent\":\"" + agent
                + "\",\"status\":" + status + "}");
        assertTrue(story.contains(expected), story::toString);
    }

    /** As of a head that could not be read. */
    @Test
    void tellsWhatIsKnownWhereHardlyAnythingIs() {
        List<String> story = story("{\"status\":0}");
        assertEquals(
                "Call without an id at an unknown time: a request that could not be read got no response.",
                story.get(0));
        assertTrue(story.contains("The client got nothing: it went away, or was cut off."), story::toString);
    }
}
