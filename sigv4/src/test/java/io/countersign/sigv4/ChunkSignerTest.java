package io.countersign.sigv4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The two examples of AWS's documentation: 66,560 letters a in chunks of 64 KiB, without and with a trailer ("Signature
 * Calculations for the Authorization Header: Transferring Payload in Multiple Chunks", and "... Including Trailing Headers").
 */
class ChunkSignerTest {
    private static final AwsCredentials KEYS =
            AwsCredentials.longLived("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static final Instant TIME = Instant.parse("2013-05-24T00:00:00Z");
    private static final SigningContext CONTEXT = new SigningContext("us-east-1", "s3", PathStyle.S3, true, true);

    private final HeaderSigner signer = new HeaderSigner();

    @Test
    void signsTheDocumentedUpload() {
        ChunkSigner chunks = chunks(
                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
                StreamingPayload.SIGNED,
                new Header("content-length", "66824"));

        assertEquals("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", chunk(chunks, 65536));
        assertEquals("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", chunk(chunks, 1024));
        assertEquals("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", chunk(chunks, 0));
    }

    @Test
    void signsTheDocumentedUploadWithATrailer() {
        ChunkSigner chunks = chunks(
                "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
                StreamingPayload.SIGNED_TRAILER,
                new Header("x-amz-trailer", "x-amz-checksum-crc32c"));

        assertEquals("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", chunk(chunks, 65536));
        assertEquals("1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", chunk(chunks, 1024));
        assertEquals("2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992", chunk(chunks, 0));
        assertEquals(
                "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
                new String(chunks.trailer(hash("x-amz-checksum-crc32c:sOO8/Q==\n")), US_ASCII));
    }

    /** Two payloads may be under way at once, on one signer. */
    @Test
    void keepsPayloadsApart() {
        SignedHeaders head = sign(StreamingPayload.SIGNED, new Header("content-length", "66824"));
        ChunkSigner one = signer.chunks(head, CONTEXT, KEYS, TIME);
        signer.sign(Example.REQUEST, Example.CONTEXT, Example.KEYS, Example.TIME);
        ChunkSigner other = signer.chunks(head, CONTEXT, KEYS, TIME);

        assertEquals(chunk(one, 65536), chunk(other, 65536));
        String second = chunk(one, 1024);
        assertEquals(second, chunk(other, 1024));
        assertFalse(second.equals(chunk(other, 1024)), "each chunk is signed over the one before");
    }

    private ChunkSigner chunks(String seed, StreamingPayload form, Header also) {
        SignedHeaders head = sign(form, also);
        assertEquals(seed, head.signature());
        return signer.chunks(head, CONTEXT, KEYS, TIME);
    }

    private SignedHeaders sign(StreamingPayload form, Header also) {
        List<Header> headers = List.of(
                new Header("Host", "s3.amazonaws.com"),
                new Header("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                new Header("Content-Encoding", "aws-chunked"),
                new Header("x-amz-decoded-content-length", "66560"),
                also);
        SigningRequest request =
                new SigningRequest("PUT", "/examplebucket/chunkObject.txt", null, headers, form.value());
        return signer.sign(request, CONTEXT, KEYS, TIME);
    }

    private static String chunk(ChunkSigner chunks, int length) {
        return new String(chunks.chunk(hash("a".repeat(length))), US_ASCII);
    }

    private static String hash(String text) {
        PayloadHash hash = new PayloadHash();
        byte[] bytes = text.getBytes(US_ASCII);
        hash.update(bytes, 0, bytes.length);
        return hash.hex();
    }
}
