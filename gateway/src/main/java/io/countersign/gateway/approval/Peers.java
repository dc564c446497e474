package io.countersign.gateway.approval;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The other replicas, with which approvals may be shared. Safe from any thread; nothing here blocks. */
public interface Peers {
    /** There are none. */
    Peers NONE = new Peers() {
        @Override
        public void open(Merging merging, Consumer<Pending> newcomers) {}

        @Override
        public void taken() {}

        @Override
        public boolean exist() {
            return false;
        }

        @Override
        public void announce(Pending newcomer) {}

        @Override
        public CompletableFuture<Void> current() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> told(Ask ask) {
            return CompletableFuture.completedFuture(null);
        }
    };

    /**
     * Begins, before anything else.
     *
     * @param merging of what is known here with what the others know
     * @param newcomers hears of each caller that comes to wait and that no other replica has announced
     */
    void open(Merging merging, Consumer<Pending> newcomers);

    /** A configuration is in force, which may have changed whether there are others. */
    void taken();

    /** Whether there are others, in the configuration in force. */
    boolean exist();

    /** A caller has come to wait here: announces it unless another replica does. */
    void announce(Pending newcomer);

    /** Done once all that the others knew at this moment is known here; fails while they cannot be asked. */
    CompletableFuture<Void> current();

    /** Done once the others can know all that was decided here on that caller; fails while they cannot be told. */
    CompletableFuture<Void> told(Ask ask);
}
