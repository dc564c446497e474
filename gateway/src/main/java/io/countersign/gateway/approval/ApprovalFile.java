package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Approvals.Contents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of approvals on the disk: lines, the first of which says so. Who waits is in one file and what was decided in another, since
 * the one changes with every request and the other with a person's decision.
 */
final class ApprovalFile {
    private static final String FORMAT = "countersign-approvals 1";

    private ApprovalFile() {}

    /** @param reserve how far numbers may have gone by the next time that this is written */
    static byte[] pending(Contents contents, long reserve) {
        StringBuilder out = head();
        line(
                out,
                new ApprovalLine.Writer()
                        .field("next", contents.next() + reserve)
                        .end());
        contents.pending().forEach(each -> line(out, ApprovalLine.of(each)));
        contents.proposals()
                .forEach(each -> line(
                        out,
                        ApprovalLine.of(each.ask(), each.proposal())
                                .field("here", each.own() ? 1 : 0)
                                .end()));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] subscriptions(Contents contents) {
        StringBuilder out = head();
        contents.subscriptions().forEach(each -> line(out, ApprovalLine.of(each)));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static StringBuilder head() {
        StringBuilder out = new StringBuilder();
        line(out, new ApprovalLine.Writer().field("format", FORMAT).end());
        return out;
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append('\n');
    }

    /** Who waits, the proposals, and the next number; subscriptions are left out. */
    static Contents readPending(byte[] content) throws ApprovalLine.Fault {
        long[] next = {1};
        List<Pending> pending = new ArrayList<>();
        List<Proposals.Kept> proposals = new ArrayList<>();
        read(content, line -> {
            if (line.has("next")) {
                next[0] = line.number("next");
            } else if (line.isProposal()) {
                proposals.add(new Proposals.Kept(line.ask(), line.proposal(), line.number("here") == 1));
            } else {
                pending.add(line.pending());
            }
        });
        return new Contents(next[0], pending, List.of(), proposals);
    }

    static List<Subscription> readSubscriptions(byte[] content) throws ApprovalLine.Fault {
        List<Subscription> subscriptions = new ArrayList<>();
        read(content, line -> subscriptions.add(line.subscription()));
        return subscriptions;
    }

    private interface Taker {
        void take(ApprovalLine line) throws ApprovalLine.Fault;
    }

    private static void read(byte[] content, Taker taker) throws ApprovalLine.Fault {
        int number = 0;
        boolean begun = false;
        for (String text : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (text.isEmpty()) {
                continue;
            }
            try {
                ApprovalLine line = ApprovalLine.parse(text);
                if (begun) {
                    taker.take(line);
                } else if (!line.text("format").equals(FORMAT)) {
                    break;
                }
                begun = true;
            } catch (ApprovalLine.Fault e) {
                throw new ApprovalLine.Fault("line " + number + " " + e.getMessage());
            }
        }
        if (!begun) {
            throw new ApprovalLine.Fault("line 1 does not say that it is " + FORMAT);
        }
    }
}
