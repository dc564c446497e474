package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Approvals.Contents;
import io.countersign.proxy.state.StateFolder;
import io.countersign.proxy.state.StateFolder.StateFault;
import io.countersign.proxy.state.StateFolder.StateFile;
import java.util.List;
import java.util.Optional;

/** The two files of approvals in the state folder. Blocks; one writer at a time. */
public final class ApprovalFiles {
    private static final String PENDING = "pending.jsonl";
    private static final String DECIDED = "subscriptions.jsonl";
    private static final int MAX_FILE = 32 << 20;

    private final StateFile pending;
    private final StateFile decided;

    ApprovalFiles(StateFolder folder) {
        this.pending = folder.file(PENDING, MAX_FILE);
        this.decided = folder.file(DECIDED, MAX_FILE);
    }

    /** A file holds something that this program does not write: whoever may call is not to be guessed from it. */
    public static final class UnusableFile extends Exception {
        private UnusableFile(String message) {
            super(message);
        }
    }

    /** What a former process has left. */
    Contents read() throws StateFault, UnusableFile {
        Contents waiting = read(pending, PENDING, ApprovalFile::readPending).orElse(Contents.NONE);
        List<Subscription> before =
                read(decided, DECIDED, ApprovalFile::readSubscriptions).orElse(List.of());
        return new Contents(waiting.next(), waiting.pending(), before, waiting.proposals());
    }

    private interface Reader<T> {
        T read(byte[] content) throws ApprovalLine.Fault;
    }

    private static <T> Optional<T> read(StateFile file, String name, Reader<T> reader) throws StateFault, UnusableFile {
        Optional<byte[]> content = file.read();
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(content.get()));
        } catch (ApprovalLine.Fault e) {
            throw new UnusableFile(name + " in state.dir, " + e.getMessage()
                    + "; put back a copy of it, or remove it: then every caller has to be approved again");
        }
    }

    /** @param reserve how far numbers may have gone by the next time that this is written */
    void writePending(Contents contents, long reserve) throws StateFault {
        pending.replace(ApprovalFile.pending(contents, reserve));
    }

    void writeDecisions(Contents contents) throws StateFault {
        decided.replace(ApprovalFile.subscriptions(contents));
    }
}
