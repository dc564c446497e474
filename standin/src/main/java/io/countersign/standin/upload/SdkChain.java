package io.countersign.standin.upload;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.RollingSigner;
import software.amazon.awssdk.http.auth.aws.internal.signer.chunkedencoding.SigV4ChunkExtensionProvider;
import software.amazon.awssdk.http.auth.aws.internal.signer.chunkedencoding.SigV4TrailerProvider;
import software.amazon.awssdk.http.auth.aws.internal.signer.chunkedencoding.TrailerProvider;
import software.amazon.awssdk.http.auth.aws.internal.signer.util.SignerUtils;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.Pair;

/**
 * The AWS SDK's own code: the classes with which its signer signs chunks and trailers. They are internal to the SDK, since its public
 * signer cuts a body into chunks as it likes; another version of it may need a change here.
 */
final class SdkChain implements Chain {
    private final CredentialScope scope;
    private final RollingSigner signer;
    private final SigV4ChunkExtensionProvider chunks;

    SdkChain(Seed seed) {
        scope = new CredentialScope(seed.region(), seed.service(), seed.at());
        AwsCredentialsIdentity identity = AwsCredentialsIdentity.create(seed.accessKey(), seed.secretKey());
        signer = new RollingSigner(SignerUtils.deriveSigningKey(identity, scope), seed.signature());
        chunks = new SigV4ChunkExtensionProvider(signer, scope);
    }

    @Override
    public String chunk(byte[] data) {
        return new String(chunks.get(ByteBuffer.wrap(data)).right(), StandardCharsets.US_ASCII);
    }

    @Override
    public String trailers(List<Trailer> trailers) {
        List<TrailerProvider> providers = new ArrayList<>();
        trailers.forEach(trailer -> providers.add(new Given(trailer)));
        return new SigV4TrailerProvider(providers, signer, scope).get().right().get(0);
    }

    private record Given(Trailer trailer) implements TrailerProvider {
        @Override
        public void reset() {}

        @Override
        public Pair<String, List<String>> get() {
            return Pair.of(trailer.name(), List.of(trailer.value()));
        }
    }
}
