// Uploads the files of folders with the AWS SDK for Go 2 or minio-go, and downloads them: VARIANT ENDPOINT {BUCKET PREFIX FOLDER OUT}...
// Where OUT is "-", it prints the ETag of each instead.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

type store interface {
	put(ctx context.Context, key string, file *os.File) (etag string, err error)
	get(ctx context.Context, key string, file *os.File) error
}

// One request for each object.
type single struct {
	client *s3.Client
	bucket string
}

func (s single) put(ctx context.Context, key string, file *os.File) (string, error) {
	done, err := s.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &s.bucket, Key: &key, Body: file})
	if err != nil {
		return "", err
	}
	return aws.ToString(done.ETag), nil
}

func (s single) get(ctx context.Context, key string, file *os.File) error {
	got, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return err
	}
	defer got.Body.Close()
	_, err = io.Copy(file, got.Body)
	return err
}

// Large objects in parts.
type managed struct{ single }

func (m managed) put(ctx context.Context, key string, file *os.File) (string, error) {
	_, err := manager.NewUploader(m.client).Upload(ctx, &s3.PutObjectInput{Bucket: &m.bucket, Key: &key, Body: file})
	return "", err
}

func (m managed) get(ctx context.Context, key string, file *os.File) error {
	_, err := manager.NewDownloader(m.client).Download(ctx, file, &s3.GetObjectInput{Bucket: &m.bucket, Key: &key})
	return err
}

type minioStore struct {
	client *minio.Client
	bucket string
}

func (m minioStore) put(ctx context.Context, key string, file *os.File) (string, error) {
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	done, err := m.client.PutObject(ctx, m.bucket, key, file, info.Size(), minio.PutObjectOptions{DisableMultipart: true})
	return done.ETag, err
}

func (m minioStore) get(ctx context.Context, key string, file *os.File) error {
	got, err := m.client.GetObject(ctx, m.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer got.Close()
	_, err = io.Copy(file, got)
	return err
}

func newStore(ctx context.Context, variant, endpoint, bucket string) (store, error) {
	if variant == "minio" {
		return newMinio(endpoint, bucket)
	}
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	client := s3.NewFromConfig(settings, func(options *s3.Options) {
		options.BaseEndpoint = &endpoint
		options.UsePathStyle = true
	})
	switch variant {
	case "put-object":
		return single{client, bucket}, nil
	case "manager":
		return managed{single{client, bucket}}, nil
	}
	return nil, fmt.Errorf("unknown variant %s", variant)
}

func newMinio(endpoint, bucket string) (store, error) {
	address, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(os.Getenv("AWS_CA_BUNDLE"))
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority)
	client, err := minio.New(address.Host, &minio.Options{
		Creds:        credentials.NewEnvAWS(),
		Secure:       address.Scheme == "https",
		Region:       "us-east-1",
		BucketLookup: minio.BucketLookupPath,
		Transport:    &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}},
	})
	return minioStore{client, bucket}, err
}

func run(ctx context.Context, target store, prefix, folder, to string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		key := prefix + "/" + entry.Name()
		in, err := os.Open(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		etag, err := target.put(ctx, key, in)
		in.Close()
		if err != nil {
			return fmt.Errorf("put %s: %w", key, err)
		}
		if to == "-" {
			fmt.Println(entry.Name(), etag)
			continue
		}
		out, err := os.Create(filepath.Join(to, entry.Name()))
		if err != nil {
			return err
		}
		err = target.get(ctx, key, out)
		out.Close()
		if err != nil {
			return fmt.Errorf("get %s: %w", key, err)
		}
	}
	return nil
}

func main() {
	ctx := context.Background()
	args := os.Args[1:]
	for job := 2; job < len(args); job += 4 {
		target, err := newStore(ctx, args[0], args[1], args[job])
		if err == nil {
			err = run(ctx, target, args[job+1], args[job+2], args[job+3])
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
