package io.countersign.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/**
 * A TLS server with as little work as can be: it reads each request to its end and answers 200 with two bytes. It speaks HTTP/1.1, and
 * HTTP/2 with clients that ask for it.
 */
public final class LeanUpstream {
    private LeanUpstream() {}

    /** Arguments: port, the file to write its certificate to, and milliseconds from a request to its response (default: 0). */
    public static void main(String[] arguments) throws Exception {
        int delay = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        SslContext tls = SslContextBuilder.forServer(bundle.toKeyManagerFactory())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new ByProtocol(delay));
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                .sync();
        // Whole, or not there.
        Path file = Path.of(arguments[1] + ".new");
        Files.writeString(file, bundle.getCertificatePEM());
        Files.move(file, Path.of(arguments[1]), StandardCopyOption.ATOMIC_MOVE);
    }

    /** HTTP/2 for a client that asks for it by ALPN; for all others, HTTP/1.1. */
    private static final class ByProtocol extends ApplicationProtocolNegotiationHandler {
        private final int delay;

        ByProtocol(int delay) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.delay = delay;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                context.pipeline().addLast(LeanHttp2.handler(delay));
            } else {
                context.pipeline().addLast(new HttpServerCodec(), new Answering(delay));
            }
        }
    }

    private static final class Answering extends SimpleChannelInboundHandler<HttpObject> {
        private final int delay;

        Answering(int delay) {
            this.delay = delay;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof LastHttpContent) {
                FullHttpResponse answer = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(new byte[] {'o', 'k'}));
                answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 2);
                if (delay == 0) {
                    var unused = context.writeAndFlush(answer, context.voidPromise());
                } else {
                    var unused = context.executor()
                            .schedule(
                                    () -> context.writeAndFlush(answer, context.voidPromise()),
                                    delay,
                                    TimeUnit.MILLISECONDS);
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close();
        }
    }
}
