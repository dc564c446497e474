package io.countersign.gateway.tenant;

import io.countersign.proxy.exchange.ExchangeRecord;
import java.util.Locale;

/** What became of a request, for metrics. */
enum Outcome {
    SUCCESS,
    /** By a response of ours. */
    REFUSED,
    FAILED;

    static Outcome of(ExchangeRecord.Response response) {
        if (response.status() > 0 && response.status() < 400 && response.complete()) {
            return SUCCESS;
        }
        return response.own() && response.status() >= 400 ? REFUSED : FAILED;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
