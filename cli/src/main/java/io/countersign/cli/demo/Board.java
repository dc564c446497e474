package io.countersign.cli.demo;

import io.countersign.standin.control.StatsSnapshot;
import java.util.List;

/**
 * What a picture shows of one moment.
 *
 * @param second since the start, from 1
 * @param senders the agents here
 * @param admitted of the other caller's requests, those that were let in
 * @param denied of the other caller's requests, those that were not
 */
record Board(int second, StatsSnapshot gateway, List<Sender.Count> senders, long admitted, long denied) {
    long held() {
        return senders.stream().mapToLong(Sender.Count::held).sum();
    }

    long lost() {
        return senders.stream().mapToLong(Sender.Count::lost).sum();
    }
}
