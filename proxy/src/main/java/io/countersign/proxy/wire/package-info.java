/**
 * HTTP/1.1 as bytes, read strictly (RFC 9112): one framing, said once, in the one spelling that nobody misreads.
 *
 * <p>Our own decoder, because Netty's repairs what it reads: it turns {@code identity, chunked} into {@code chunked} and twenty
 * digits of Content-Length into one, so that a handler behind it can no longer refuse what a parser elsewhere would read in
 * another way. Start reading at {@link io.countersign.proxy.wire.MessageDecoder}.
 */
package io.countersign.proxy.wire;
