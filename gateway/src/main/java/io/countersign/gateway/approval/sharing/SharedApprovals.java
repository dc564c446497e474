package io.countersign.gateway.approval.sharing;

import io.countersign.gateway.approval.Ask;
import io.countersign.gateway.approval.Merging;
import io.countersign.gateway.approval.Peers;
import io.countersign.gateway.approval.Pending;
import io.countersign.gateway.shared.SharedLink;
import io.countersign.gateway.shared.SharedLinks;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Shares approvals through the link of the configuration in force, if it has one. */
public final class SharedApprovals implements Peers {
    private final SharedLinks<? extends SharedRecords> links;
    private Merging merging;
    private Consumer<Pending> newcomers;
    private volatile Optional<Exchanging> exchanging = Optional.empty();

    public SharedApprovals(SharedLinks<? extends SharedRecords> links) {
        this.links = links;
    }

    @Override
    public synchronized void open(Merging with, Consumer<Pending> hearing) {
        merging = with;
        newcomers = hearing;
        merging.onChange(() -> exchanging.ifPresent(Exchanging::wake));
        taken();
    }

    @Override
    public synchronized void taken() {
        if (merging == null) {
            return;
        }
        Optional<? extends SharedLink<? extends SharedRecords>> now = links.inForce();
        if (now.isPresent() && exchanging.isPresent() && exchanging.get().link() == now.get()) {
            return;
        }
        exchanging.ifPresent(Exchanging::leave);
        merging.shared(now.isPresent());
        exchanging = now.map(link -> new Exchanging(link, merging, newcomers));
        exchanging.ifPresent(Exchanging::join);
    }

    @Override
    public boolean exist() {
        return links.inForce().isPresent();
    }

    @Override
    public void announce(Pending newcomer) {
        exchanging.ifPresentOrElse(with -> with.announce(newcomer), () -> newcomers.accept(newcomer));
    }

    @Override
    public CompletableFuture<Void> current() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        exchanging.ifPresentOrElse(with -> with.current(done), () -> done.complete(null));
        return done;
    }

    @Override
    public CompletableFuture<Void> told(Ask ask) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        exchanging.ifPresentOrElse(with -> with.told(ask, done), () -> done.complete(null));
        return done;
    }
}
