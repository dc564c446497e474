import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/**
 * Uploads the files of folders with the AWS SDK for Java 2, and downloads them: VARIANT ENDPOINT {BUCKET PREFIX FOLDER OUT}... Where OUT
 * is "-", it prints the ETag of each instead.
 */
public final class Uploads {
    private interface Store extends AutoCloseable {
        /** Returns the ETag. */
        String put(String key, Path file) throws IOException;

        void get(String key, Path file) throws IOException;

        @Override
        void close();
    }

    public static void main(String[] args) throws IOException {
        for (int job = 2; job < args.length; job += 4) {
            try (Store store = store(args[0], URI.create(args[1]), args[job])) {
                run(store, args[job + 1], Path.of(args[job + 2]), args[job + 3]);
            }
        }
    }

    private static void run(Store store, String prefix, Path folder, String out) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            String key = prefix + "/" + file.getFileName();
            String etag = store.put(key, file);
            if (out.equals("-")) {
                System.out.println(file.getFileName() + " " + etag);
            } else {
                store.get(key, Path.of(out, file.getFileName().toString()));
            }
        }
    }

    private static Store store(String variant, URI endpoint, String bucket) {
        return switch (variant) {
            case "url-connection" -> sync(endpoint, bucket, UrlConnectionHttpClient.create());
            case "apache" -> sync(endpoint, bucket, ApacheHttpClient.create());
            case "apache5" -> sync(endpoint, bucket, Apache5HttpClient.create());
            case "netty" -> async(client(endpoint, false), bucket);
            case "transfer-manager" -> managed(client(endpoint, true), client(endpoint, false), bucket);
            default -> throw new IllegalArgumentException("unknown variant " + variant);
        };
    }

    private static Store sync(URI endpoint, String bucket, SdkHttpClient http) {
        S3Client client = S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
                .httpClient(http)
                .build();
        return new Store() {
            @Override
            public String put(String key, Path file) {
                return client.putObject(to -> to.bucket(bucket).key(key), RequestBody.fromFile(file))
                        .eTag();
            }

            @Override
            public void get(String key, Path file) {
                client.getObject(from -> from.bucket(bucket).key(key), file);
            }

            @Override
            public void close() {
                client.close();
                http.close();
            }
        };
    }

    private static S3AsyncClient client(URI endpoint, boolean multipart) {
        return S3AsyncClient.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .multipartEnabled(multipart)
                .build();
    }

    private static Store async(S3AsyncClient client, String bucket) {
        return new Store() {
            @Override
            public String put(String key, Path file) {
                return client.putObject(to -> to.bucket(bucket).key(key), AsyncRequestBody.fromFile(file))
                        .join()
                        .eTag();
            }

            @Override
            public void get(String key, Path file) {
                client.getObject(from -> from.bucket(bucket).key(key), file).join();
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    /** @param whole downloads: s3proxy has no single parts of an object to give */
    private static Store managed(S3AsyncClient inParts, S3AsyncClient whole, String bucket) {
        S3TransferManager uploads = S3TransferManager.builder().s3Client(inParts).build();
        S3TransferManager downloads = S3TransferManager.builder().s3Client(whole).build();
        return new Store() {
            @Override
            public String put(String key, Path file) {
                return uploads.uploadFile(upload ->
                                upload.putObjectRequest(to -> to.bucket(bucket).key(key)).source(file))
                        .completionFuture()
                        .join()
                        .response()
                        .eTag();
            }

            @Override
            public void get(String key, Path file) {
                downloads.downloadFile(download -> download.getObjectRequest(
                                        from -> from.bucket(bucket).key(key))
                                .destination(file))
                        .completionFuture()
                        .join();
            }

            @Override
            public void close() {
                uploads.close();
                downloads.close();
                inParts.close();
                whole.close();
            }
        };
    }
}
