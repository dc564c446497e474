package io.countersign.gateway.approval.sharing;

import io.countersign.gateway.approval.Ask;
import io.countersign.gateway.approval.CallerKey;
import io.countersign.gateway.approval.Topic;
import io.countersign.gateway.approval.sharing.SharedRecords.RecordKey;
import java.util.Optional;

/** Topics as keys of the store: the kind of caller, route and name, of which only the last may hold anything. */
final class Keys {
    private static final int PARTS = 3;

    private Keys() {}

    static RecordKey of(Topic topic) {
        CallerKey caller = topic.ask().caller();
        char kind = switch (topic.kind()) {
            case PENDING -> 'p';
            case DECISION -> 'd';
            case PROPOSAL -> 'a';
        };
        return new RecordKey(
                kind, caller.kind().label() + "/" + topic.ask().route().orElse("") + "/" + caller.name());
    }

    /** Empty for a key that none of us has written. */
    static Optional<Topic> topic(RecordKey key) {
        Optional<Topic.Kind> kind = switch (key.kind()) {
            case 'p' -> Optional.of(Topic.Kind.PENDING);
            case 'd' -> Optional.of(Topic.Kind.DECISION);
            case 'a' -> Optional.of(Topic.Kind.PROPOSAL);
            default -> Optional.empty();
        };
        String[] parts = key.name().split("/", PARTS);
        if (kind.isEmpty() || parts.length < PARTS) {
            return Optional.empty();
        }
        return CallerKey.Kind.of(parts[0])
                .map(caller -> new Topic(
                        kind.get(),
                        new Ask(
                                new CallerKey(caller, parts[2]),
                                parts[1].isEmpty() ? Optional.empty() : Optional.of(parts[1]))));
    }
}
