/**
 * AWS Signature Version 4, fast and explainable, with nothing but the JDK.
 *
 * <p>{@link io.countersign.sigv4.HeaderSigner} signs in a header, {@link io.countersign.sigv4.QuerySigner} in the URL, and
 * {@link io.countersign.sigv4.Explanation} shows every step. For example:
 *
 * <pre>{@code
 * AwsCredentials credentials = AwsCredentials.longLived("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
 * SigningContext context = SigningContext.of("us-east-1", "execute-api");
 * Header host = new Header("Host", "abc123.execute-api.us-east-1.amazonaws.com");
 * SigningRequest request = new SigningRequest("GET", "/prod/items", "page=1", List.of(host), PayloadHash.EMPTY);
 *
 * HeaderSigner signer = new HeaderSigner();
 * SignedHeaders headers = signer.sign(request, context, credentials, Instant.parse("2015-08-30T12:36:00Z"));
 * }</pre>
 *
 * <p>A signature that is valid in several regions is made with {@link io.countersign.sigv4.SignatureAlgorithm#V4A}, in a
 * {@code SigningContext} whose region is the set of them; it costs hundreds of times as much.
 *
 * <p>Then send the request with {@code Authorization}, {@code X-Amz-Date} and {@code X-Amz-Content-Sha256} from
 * {@link io.countersign.sigv4.SignedHeaders}.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature Version 4 for API
 *     requests</a>
 */
package io.countersign.sigv4;
