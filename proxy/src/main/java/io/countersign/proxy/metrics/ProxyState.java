package io.countersign.proxy.metrics;

import io.countersign.proxy.credentials.CredentialsStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where metrics read, at each scrape, what is not counted call by call. Called on a thread of the admin server.
 *
 * @param clockSkewSeconds by upstream: how far its clock is ahead of ours, as learnt
 * @param canSign by route: whether it has what it needs to sign; routes with {@code auth = none} left out
 * @param routes how each route fares
 * @param inForce what tells the configuration in force from others
 * @param logDropped by log: lines dropped since start
 */
public record ProxyState(
        Supplier<Vitals> vitals,
        Supplier<List<CredentialsStatus>> credentials,
        Supplier<Map<String, Double>> clockSkewSeconds,
        Supplier<Map<String, Boolean>> canSign,
        Supplier<List<RouteReport>> routes,
        Supplier<InForce> inForce,
        Supplier<Map<String, Long>> logDropped) {}
