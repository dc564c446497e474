package io.countersign.standin.fault;

import java.util.List;
import java.util.Optional;

/** The effects that one request suffers. */
public record Plan(List<Effect> effects) {
    /** The effect of this kind; of several, that of the fault set first. */
    public <T extends Effect> Optional<T> find(Class<T> kind) {
        for (Effect effect : effects) {
            if (kind.isInstance(effect)) {
                return Optional.of(kind.cast(effect));
            }
        }
        return Optional.empty();
    }

    public boolean has(Class<? extends Effect> kind) {
        return find(kind).isPresent();
    }
}
