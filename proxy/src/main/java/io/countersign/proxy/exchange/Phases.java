package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.dispatch.Dispatcher;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.response.Explanations;

/**
 * What the exchanges of one event loop pass through, in this order.
 *
 * @param admission decides on each request
 * @param bodies bytes of request bodies, shared by all loops
 * @param via how this instance names itself upstream
 * @param dispatcher of this loop
 * @param explanations hears of requests whose data is kept; shared by all loops
 */
public record Phases(Admission admission, Budget bodies, Via via, Dispatcher dispatcher, Explanations explanations) {}
