package io.countersign.proxy.admin.probe;

import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.metrics.Exposition;
import io.countersign.proxy.metrics.RouteReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The pages for kubelets, Prometheus and people; all are read only. */
public final class Probes implements AutoCloseable {
    /** Scrapes that wait for their page to be rendered. */
    private static final int MAX_WAITING = 16;

    private final Readiness readiness;
    private final Exposition metrics;
    private final Supplier<List<RouteReport>> routes;

    /** One thread, which ends when no scrape has come for a while. */
    private final ThreadPoolExecutor renderer = new ThreadPoolExecutor(
            1, 1, 2, TimeUnit.MINUTES, new ArrayBlockingQueue<>(MAX_WAITING), Probes::rendererThread);

    /** @param routes how they fare, shown to people on this host */
    public Probes(Readiness readiness, Exposition metrics, Supplier<List<RouteReport>> routes) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.routes = routes;
        renderer.allowCoreThreadTimeOut(true);
    }

    /**
     * The pages of one address.
     *
     * @param loopback whether only people on this host can reach it: what names APIs, roles and identities is for them alone
     */
    public List<Resource> pages(boolean loopback) {
        List<Resource> pages = new ArrayList<>(List.of(
                new LivenessPage(), new ReadinessPage(readiness, loopback), new MetricsPage(metrics, renderer)));
        if (loopback) {
            pages.add(new RejectionsPage(routes));
        }
        return pages;
    }

    @Override
    public void close() {
        renderer.shutdown();
    }

    private static Thread rendererThread(Runnable task) {
        Thread thread = new Thread(task, "countersign-metrics");
        thread.setDaemon(true);
        return thread;
    }
}
