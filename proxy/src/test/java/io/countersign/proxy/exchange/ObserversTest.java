package io.countersign.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObserversTest {
    @Test
    void tellsAllInOrderEvenWhenOneThrows() {
        List<String> heard = new ArrayList<>();
        Observers observers = new Observers(
                exchange -> heard.add("first " + exchange.id()),
                exchange -> {
                    throw new IllegalStateException("broken on purpose");
                },
                exchange -> heard.add("last"));
        observers.finished(Exchanges.good().build());
        assertEquals(List.of("first 00c0ffee00c0ffee", "last"), heard);
    }
}
