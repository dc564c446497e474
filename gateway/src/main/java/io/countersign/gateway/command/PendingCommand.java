package io.countersign.gateway.command;

import io.countersign.gateway.approval.Shown;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** What the subcommands of {@code countersign pending} share: how they ask the gateway, and how they show a caller. */
abstract class PendingCommand extends GatewayCommand {
    private static final int MAX_NAME = 120;

    /** As many as a gateway can have decisions, in parts of 500, and once more as many. */
    private static final int MAX_PARTS = 40;

    private final Map<String, String> environment;

    @Mixin
    private ServerOptions server = new ServerOptions();

    PendingCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The object that the gateway answers with. */
    final Map<String, Object> ask(String method, String path, Optional<String> json) throws Failure {
        try (ConsoleClient client = server.client(environment)) {
            ConsoleAnswer answer = client.send(method, "/api/v1/" + path, json);
            if (!answer.isSuccess()) {
                throw Failure.failed(answer.fault());
            }
            return answer.json();
        } catch (ParseException e) {
            throw Failure.failed("the gateway's answer is not JSON: is that its console?");
        } catch (IOException e) {
            throw Failure.failed("no answer from " + e.getMessage());
        }
    }

    /** The objects of a list that comes in parts. */
    final List<Map<?, ?>> all(String list) throws Failure {
        List<Map<?, ?>> all = new ArrayList<>();
        String after = "";
        for (int part = 0; part < MAX_PARTS; part++) {
            Map<String, Object> answer = ask("GET", list + after, Optional.empty());
            all.addAll(objects(answer, list));
            if (!(answer.get("next") instanceof Number next)) {
                return all;
            }
            after = "?after=" + next.longValue();
        }
        throw Failure.failed("the gateway's list does not end: is that its console?");
    }

    /** The objects in a list of the answer. */
    static List<Map<?, ?>> objects(Map<?, ?> answer, String name) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (answer.get(name) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> object) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }

    static String text(Map<?, ?> object, String name) {
        Object value = object.get(name);
        return value == null ? "" : value.toString();
    }

    /** {@code address 10.0.0.7 for route metrics}, so that no name can pass for another. */
    static String what(Map<?, ?> object) {
        String route = text(object, "route");
        return text(object, "kind").replace('_', ' ') + " " + Shown.of(text(object, "caller"), MAX_NAME) + " for "
                + (route.isEmpty() ? "access" : "route " + Shown.of(route, MAX_NAME));
    }

    static String end(Map<?, ?> object) {
        String until = text(object, "until");
        return until.isEmpty() ? "without end" : "until " + until;
    }

    static String names(Map<?, ?> object, String list, String name) {
        return String.join(
                ", ",
                objects(object, list).stream().map(each -> text(each, name)).toList());
    }
}
