package io.countersign.bench;

import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.ConnectionTimes;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.Transport;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamConfig;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamPool;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.Upstreams;
import io.countersign.proxy.upstream.Waiter;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PayloadHash;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The upstream's side of the proxy alone, on one event loop: signed-looking POSTs of 5 KiB over TLS, each stream sending its next when its
 * response is here. Over HTTP/1.1 it is the proxy's own pool and connections, over HTTP/2 {@link Http2Client}.
 */
public final class UpstreamLoad {
    private static final int BODY = 5 << 10;

    private final EventLoop loop;
    private final UpstreamRequest request;
    private boolean running;
    private long requests;
    private int idle;

    private UpstreamLoad(EventLoop loop, UpstreamRequest request) {
        this.loop = loop;
        this.request = request;
    }

    /**
     * Arguments: {@code http1} or {@code http2}, port of a {@link LeanUpstream}, its certificate, streams, and connections for HTTP/2. Each
     * line of standard input is a number of seconds for which it sends; it prints how many requests that were, and microseconds of the
     * process's CPU time for each.
     */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        Path certificate = Path.of(arguments[2]);
        int streams = Integer.parseInt(arguments[3]);
        EventLoop loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next();
        UpstreamLoad load = new UpstreamLoad(loop, request("localhost:" + port));
        List<Consumer<ResponseListener>> senders = arguments[0].equals("http1")
                ? load.http1(port, certificate, streams)
                : load.http2(port, certificate, streams, Integer.parseInt(arguments[4]));
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            long cpu = system.getProcessCpuTime();
            long count = load.run(senders, Duration.ofSeconds(Integer.parseInt(line)));
            System.out.printf("%d %.2f%n", count, (system.getProcessCpuTime() - cpu) / 1e3 / count);
        }
        System.exit(0);
    }

    /** With the fields that the proxy sends for an agent. */
    private static UpstreamRequest request(String host) {
        BodyCollector body = new BodyCollector(PooledByteBufAllocator.DEFAULT, new PayloadHash(), true, BODY);
        body.add(Unpooled.wrappedBuffer(new byte[BODY]));
        List<Header> fields = List.of(
                new Header("Host", host),
                new Header("Content-Type", "application/x-protobuf"),
                new Header("Content-Encoding", "snappy"),
                new Header("User-Agent", "Prometheus/3.5.0"),
                new Header("X-Prometheus-Remote-Write-Version", "0.1.0"),
                new Header("Via", "1.1 countersign-01234567"),
                new Header("Content-Length", String.valueOf(BODY)),
                new Header("X-Amz-Date", "20260101T120000Z"),
                new Header("X-Amz-Content-Sha256", "0123456789abcdef".repeat(4)),
                new Header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE123456789/20260101/us-east-1/execute-api/aws4_request,"
                                + " SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature="
                                + "0123456789abcdef".repeat(4)));
        return new UpstreamRequest("POST", "/prod/api/v1/write", fields, body.finish(PayloadHash.EMPTY));
    }

    /** One of them for each stream: sends the request, by the pool. */
    private List<Consumer<ResponseListener>> http1(int port, Path certificate, int streams) throws Exception {
        Upstreams upstreams = new Upstreams();
        Upstream upstream = upstreams.prepare(new UpstreamConfig(
                Transport.tls(Optional.of(certificate)),
                new HostPort("localhost", port),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
        upstreams.commit();
        Connector connector = new Connector(loop, new Resolver(), loop, Http1Connection::new);
        UpstreamPool pool = new UpstreamPools(PoolLimits.of(streams)).add(loop, connector);
        ConnectionTimes times = new ConnectionTimes(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofHours(1));
        Consumer<ResponseListener> sender = listener -> pool.acquire(upstream, times, Waiter.Wants.ANY, acquired -> {
            if (acquired instanceof Acquired.Got got) {
                got.stream().send(request, listener);
            } else if (acquired instanceof Acquired.Failed failed) {
                listener.failed(failed.fault());
            }
        });
        return Collections.nCopies(streams, sender);
    }

    /** The same, the streams shared out over the connections. */
    private List<Consumer<ResponseListener>> http2(int port, Path certificate, int streams, int connections)
            throws Exception {
        SslContext tls = SslContextBuilder.forClient()
                .trustManager(certificate.toFile())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
        List<Consumer<ResponseListener>> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Http2Client client = new Http2Client();
            new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc(), "localhost", port));
                            client.addTo(channel.pipeline());
                        }
                    })
                    .connect("127.0.0.1", port)
                    .sync();
            clients.add(listener -> client.send(request, listener));
        }
        List<Consumer<ResponseListener>> senders = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            senders.add(clients.get(i % connections));
        }
        return senders;
    }

    /** Returns how many responses came in that time, and until those of the last requests were here. */
    private long run(List<Consumer<ResponseListener>> senders, Duration time) throws Exception {
        loop.submit(() -> {
                    running = true;
                    requests = 0;
                    idle = 0;
                    senders.forEach(sender -> sender.accept(new Worker(sender)));
                })
                .sync();
        Thread.sleep(time.toMillis());
        loop.submit(() -> running = false).sync();
        while (loop.submit(() -> idle).get() < senders.size()) {
            Thread.sleep(1);
        }
        return requests;
    }

    /** One stream after the other. Confined to the loop. */
    private final class Worker implements ResponseListener {
        private final Consumer<ResponseListener> sender;

        Worker(Consumer<ResponseListener> sender) {
            this.sender = sender;
        }

        @Override
        public void head(HttpResponse head) {
            if (head.status().code() != 200) {
                throw new IllegalStateException(head.toString());
            }
        }

        @Override
        public void content(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void pause() {}

        @Override
        public void complete() {
            requests++;
            if (running) {
                sender.accept(this);
            } else {
                idle++;
            }
        }

        @Override
        public void failed(UpstreamFault fault) {
            System.err.println(fault);
            System.exit(1);
        }
    }
}
