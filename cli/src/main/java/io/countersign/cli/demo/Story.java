package io.countersign.cli.demo;

import io.countersign.standin.StandIn;
import io.countersign.standin.fault.Effect;
import io.countersign.standin.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the product is for, scene by scene. {@link #tick} goes on by a second; between two scenes it waits until the agents
 * have sent what they kept, so that each scene begins well.
 */
final class Story {
    private static final Duration CLOCK_OFF_BY = Duration.ofMinutes(10);

    private final List<Scene> scenes;
    private final BooleanSupplier well;
    private int at = -1;
    private int left;
    private boolean recovering;

    /** @param well whether nobody is held up */
    Story(List<Scene> scenes, BooleanSupplier well) {
        this.scenes = List.copyOf(scenes);
        this.well = well;
    }

    /** @param denyList a file that the proxy reads again when it changes */
    static List<Scene> scenes(StandIn gateway, CredentialsEndpoint credentials, Path denyList) {
        return List.of(
                new Scene(
                        "traffic",
                        "agents that cannot sign send to the proxy; the gateway verifies each signature",
                        3,
                        Scene.NOTHING,
                        Scene.NOTHING),
                new Scene(
                        "a caller denied",
                        Traffic.OTHER_ADDRESS
                                + " is put on deny.list while the proxy runs, and gets 403; then taken off",
                        5,
                        () -> Files.writeString(denyList, Traffic.OTHER_ADDRESS + "  # the demo's other caller\n"),
                        () -> Files.writeString(denyList, "")),
                new Scene(
                        "credentials expire",
                        "AWS answers 403, on which agents drop data, and no new credentials are to be had; agents get"
                                + " 503 and keep it",
                        3,
                        () -> {
                            credentials.fail(true);
                            credentials.expireAll();
                        },
                        () -> credentials.fail(false)),
                new Scene(
                        "an outage",
                        "the API answers 503 to everything; agents keep what they have",
                        3,
                        () -> gateway.faults().add(Fault.always(outage())),
                        gateway.faults()::clear),
                new Scene(
                        "a clock off",
                        "the API's clock is 10 minutes ahead, so signatures count as expired; the proxy sees by how much,"
                                + " and signs for that clock",
                        3,
                        () -> gateway.faults().add(Fault.always(new Effect.ClockSkew(CLOCK_OFF_BY))),
                        gateway.faults()::clear));
    }

    private static Effect outage() {
        return new Effect.Status(503, List.of(), "{\"message\":\"Service Unavailable\"}");
    }

    /** The scene that is on; empty before the first and after the last. */
    Optional<Scene> now() {
        return at >= 0 && at < scenes.size() ? Optional.of(scenes.get(at)) : Optional.empty();
    }

    /** Whether the scene is over, and the agents are sending what they kept. */
    boolean isRecovering() {
        return recovering;
    }

    List<Scene> scenes() {
        return scenes;
    }

    /** How many are behind us. */
    int done() {
        return Math.max(0, at);
    }

    /**
     * Goes on by a second.
     *
     * @param remaining seconds until the demo ends; a scene that does not fit in is not begun
     * @return whether another scene began
     */
    boolean tick(int remaining) throws IOException {
        if (at >= scenes.size()) {
            return false;
        }
        if (at >= 0 && left > 0) {
            left--;
            if (left > 0) {
                return false;
            }
            scenes.get(at).end().make();
            recovering = true;
        }
        if (recovering && !well.getAsBoolean()) {
            return false;
        }
        recovering = false;
        at++;
        if (at < scenes.size() && scenes.get(at).seconds() < remaining) {
            left = scenes.get(at).seconds();
            scenes.get(at).begin().make();
            return true;
        }
        at = scenes.size();
        return false;
    }

    /** Ends the scene that is on, if one is. */
    void end() throws IOException {
        if (left > 0) {
            left = 0;
            scenes.get(at).end().make();
        }
        at = scenes.size();
    }
}
