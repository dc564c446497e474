package io.countersign.gateway.calls.story;

import io.countersign.proxy.held.Agent;
import io.countersign.proxy.held.Horizon;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells one call, by its line alone: who called, what happened to it in which order, what the agent will do, and what to do about it. */
public final class CallStory {
    private final CallFields call;
    private final List<String> sentences = new ArrayList<>();

    private CallStory(CallFields call) {
        this.call = call;
    }

    /** Its sentences; what others wrote is in them as it came. */
    public static List<String> of(CallFields call) {
        CallStory story = new CallStory(call);
        story.title();
        story.caller();
        story.rule();
        story.route();
        story.phases();
        story.attempts();
        story.upstream();
        story.response();
        story.agent();
        story.remedy();
        return List.copyOf(story.sentences);
    }

    private void say(String sentence) {
        sentences.add(sentence);
    }

    private void title() {
        String what = call.text("method").map(method -> method + " ").orElse("")
                + call.text("path").orElse("a request that could not be read");
        long status = call.number("status");
        say("Call " + call.text("id").orElse("without an id") + " at "
                + call.text("time").orElse("an unknown time") + ": "
                + what + (status == 0 ? " got no response" : " got " + status)
                + call.millis("duration_ms")
                        .map(time -> " after " + shown(time))
                        .orElse("") + ".");
    }

    private void caller() {
        StringBuilder out = new StringBuilder(call.text("client").orElse("Somebody")).append(" called");
        call.text("identity").ifPresent(identity -> out.append(" as ").append(identity));
        call.text("certificate")
                .ifPresent(name -> out.append(" with the certificate of ").append(name));
        call.text("user_agent").ifPresent(agent -> out.append(", by ").append(agent));
        call.text("client_known_by")
                .ifPresent(by -> out.append("; the address is known by ")
                        .append(by.equals("forwarded") ? "X-Forwarded-For or Forwarded" : "the PROXY protocol")
                        .append(call.text("peer").map(peer -> " of " + peer).orElse("")));
        say(out.append('.').toString());
        call.text("trace_id").ifPresent(trace -> say("It is part of the trace " + trace + "."));
    }

    private void rule() {
        Optional<String> verdict = call.text("verdict");
        if (verdict.isEmpty()) {
            say("The rules were not asked: the request was answered before.");
            return;
        }
        String rule = call.text("rule").orElse("a rule");
        String text = call.text("rule_text").map(said -> ": " + said).orElse("");
        String by = rule.equals("default") ? "No entry names the caller, and the default" : rule;
        say(by
                + switch (verdict.get()) {
                    case "denied" -> " turned it away";
                    case "would_deny" -> " would have turned it away if access.mode were not audit";
                    default -> " let it in";
                }
                + text + ".");
    }

    private void route() {
        String tenant = call.text("tenant")
                .map(name -> (call.text("route").isPresent() ? ", for the tenant " : " It is the tenant's ") + name)
                .orElse("");
        say(call.text("route").map(name -> "The route " + name + " took it").orElse("No route took it") + tenant + ".");
    }

    private void phases() {
        List<String> phases = new ArrayList<>();
        phase(phases, "wait_ms", "it waited %s for its turn");
        phase(phases, "body_ms", "its body of " + call.number("request_bytes") + " bytes took %s to read");
        phase(phases, "credentials_ms", "credentials took %s");
        phase(phases, "connect_ms", "a connection took %s");
        phase(phases, "first_byte_ms", "the upstream took %s until its response began");
        phase(phases, "relay_ms", "the response of " + call.number("response_bytes") + " bytes took %s to pass on");
        if (!phases.isEmpty()) {
            say("Times: " + String.join("; ", phases) + ".");
        }
    }

    private void phase(List<String> to, String field, String words) {
        call.millis(field).ifPresent(time -> to.add(String.format(Locale.ROOT, words, shown(time))));
    }

    private void attempts() {
        long attempts = call.number("attempts");
        if (attempts == 0) {
            say("It was not sent upstream.");
            return;
        }
        int at = 1;
        for (CallFields earlier : call.list("earlier")) {
            long answer = earlier.number("answer");
            say("Attempt " + at++ + " went to " + earlier.text("to").orElse("the upstream")
                    + after(earlier, "at_ms") + connection(earlier.flag("on_reused"))
                    + earlier.text("broke")
                            .map(fault -> ", and broke off: " + fault)
                            .orElse("")
                    + (answer == 0 ? "" : ", and was answered " + answer)
                    + earlier.text("rejected")
                            .map(cause -> ", rejected by AWS: " + cause)
                            .orElse("")
                    + ".");
        }
        say((attempts == 1 ? "It was sent once, to " : "Attempt " + at + " went to ")
                + call.text("upstream").orElse("the upstream")
                + after(call, "sent_ms") + connection(call.flag("reused"))
                + call.text("credentials")
                        .map(name -> ", signed with the credentials " + name
                                + call.text("access_key_id")
                                        .map(id -> " (" + id + ")")
                                        .orElse(""))
                        .orElse(", unsigned")
                + ".");
    }

    private static String after(CallFields attempt, String field) {
        return attempt.millis(field).map(time -> " after " + shown(time)).orElse("");
    }

    private static String connection(boolean reused) {
        return reused ? ", on a connection that had been used before" : ", on a new connection";
    }

    private void upstream() {
        long status = call.number("upstream_status");
        if (status == 0) {
            if (call.number("attempts") > 0) {
                say("The upstream gave no response that counts.");
            }
            return;
        }
        say("The upstream answered " + status
                + call.text("upstream_id").map(id -> ", under its own id " + id).orElse("") + ".");
        call.text("rejection").ifPresent(cause -> say("AWS rejected the request itself: " + cause + "."));
        call.text("upstream_said").ifPresent(text -> say("It said: " + text));
        if (call.number("items_accepted") > 0 || call.number("items_refused") > 0) {
            say("It took " + call.number("items_accepted") + " items of the request, and refused "
                    + call.number("items_refused") + ".");
        }
    }

    private void response() {
        long status = call.number("status");
        if (status == 0) {
            say("The client got nothing: it went away, or was cut off.");
        } else if (call.flag("own")) {
            long wait = call.number("retry_after");
            say("Countersign made the response itself: " + status
                    + call.text("error")
                            .map(error -> ", with the error " + error)
                            .orElse("")
                    + (wait > 0 ? ", and asked to be tried again after " + wait + " s" : "") + ".");
        } else {
            say("The client got the upstream's response.");
        }
        if (status != 0 && !call.flag("complete")) {
            say("It did not get all of it.");
        }
        String said = call.text("upstream_said")
                .map(text -> "the upstream says: " + text)
                .orElse("");
        call.text("detail").filter(text -> !text.equals(said)).ifPresent(text -> say("Why: " + text));
    }

    private void agent() {
        Agent agent = Agent.of(call.text("user_agent"), call.text("path").map(path -> path.replaceFirst("\\?.*", "")));
        String name = agent == Agent.UNKNOWN ? "The agent" : agent.label();
        long status = call.number("status");
        if (status >= 200 && status < 400 && call.flag("complete")) {
            say(name + " has what it asked for"
                    + (call.number("items_refused") > 0 ? ", and will not send the refused items again" : "") + ".");
        } else if (!isWrite()) {
            say(name + " was reading: it loses no data, and shows the failure or asks again.");
        } else if (status == 503 || status == 0 || !call.flag("complete")) {
            say(keeps(agent, name));
        } else if (status >= 400 && status < 500) {
            say(name + " takes this as a verdict on its data: most agents drop data on a " + status + ".");
        } else {
            say(name + " may keep its data or drop it on a " + status + ": docs/AGENTS.md says which.");
        }
    }

    private boolean isWrite() {
        return call.text("method")
                .filter(method -> !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS"))
                .isPresent();
    }

    private static String keeps(Agent agent, String name) {
        Horizon horizon = agent.horizon();
        if (horizon.kind() == Horizon.Kind.NONE) {
            return name + " drops this data: it never sends anything again.";
        }
        String sends = name + " keeps the data and sends it again";
        return switch (horizon.kind()) {
            case DISK -> sends + ", until its disk is full.";
            case BUFFER -> sends + ", until its buffer is full.";
            case UNKNOWN -> sends + " if it is like most: docs/AGENTS.md says for how long.";
            default ->
                sends
                        + horizon.lasts()
                                .map(time -> ", for about " + shown(time) + " at its defaults")
                                .orElse("") + ".";
        };
    }

    private void remedy() {
        say("To do: " + Remedy.of(call));
    }

    /** In the unit in which it has few digits. */
    private static String shown(Duration time) {
        if (time.compareTo(Duration.ofMinutes(2)) >= 0) {
            return time.toMinutes() % 60 == 0 ? time.toHours() + " h" : time.toMinutes() + " min";
        }
        double millis = time.toNanos() / 1e6;
        if (millis >= 1000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000);
        }
        return String.format(Locale.ROOT, millis >= 10 ? "%.0f ms" : "%.2f ms", millis);
    }
}
