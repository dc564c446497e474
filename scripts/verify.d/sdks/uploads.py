"""Uploads the files of folders with botocore, boto3 or the AWS CLI, and downloads them: VARIANT ENDPOINT {BUCKET PREFIX FOLDER OUT}...

Where OUT is "-", it prints the ETag of each instead.
"""

import json
import subprocess
import sys
from pathlib import Path


class PutObject:
    """One request for each object, by botocore alone, on which boto3 and the AWS CLI stand."""

    def __init__(self, endpoint, bucket):
        import botocore.session

        self.client, self.bucket = botocore.session.get_session().create_client("s3", endpoint_url=endpoint), bucket
        self.options = {}

    def put(self, key, file):
        with file.open("rb") as body:
            return self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **self.options)["ETag"]

    def get(self, key, file):
        with file.open("wb") as out:
            for piece in self.client.get_object(Bucket=self.bucket, Key=key)["Body"].iter_chunks(1 << 20):
                out.write(piece)


class PutObjectWithChecksum(PutObject):
    """The same with a checksum that the caller asks for, as versions before 1.36 need to be asked."""

    def __init__(self, endpoint, bucket):
        super().__init__(endpoint, bucket)
        self.options = {"ChecksumAlgorithm": "CRC32"}


class UploadFile:
    """By boto3: large objects in parts."""

    def __init__(self, endpoint, bucket):
        import boto3

        self.client, self.bucket = boto3.client("s3", endpoint_url=endpoint), bucket

    def put(self, key, file):
        self.client.upload_file(str(file), self.bucket, key)
        return ""

    def get(self, key, file):
        self.client.download_file(self.bucket, key, str(file))


class Cli:
    def __init__(self, endpoint, bucket):
        self.endpoint, self.bucket = endpoint, bucket

    def run(self, *arguments):
        command = [str(Path(sys.executable).with_name("aws")), "--endpoint-url", self.endpoint, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout


class S3Api(Cli):
    """aws s3api: one request for each object."""

    def put(self, key, file):
        return json.loads(self.run("s3api", "put-object", "--bucket", self.bucket, "--key", key, "--body", file))["ETag"]

    def get(self, key, file):
        self.run("s3api", "get-object", "--bucket", self.bucket, "--key", key, file)


class S3Cp(Cli):
    """aws s3 cp: large objects in parts."""

    def put(self, key, file):
        self.run("s3", "cp", "--only-show-errors", file, f"s3://{self.bucket}/{key}")
        return ""

    def get(self, key, file):
        self.run("s3", "cp", "--only-show-errors", f"s3://{self.bucket}/{key}", file)


VARIANTS = {
    "put_object": PutObject,
    "put_object-crc32": PutObjectWithChecksum,
    "upload_file": UploadFile,
    "s3api": S3Api,
    "s3-cp": S3Cp,
}


def main(variant, endpoint, *jobs):
    for bucket, prefix, folder, out in zip(*[iter(jobs)] * 4):
        store = VARIANTS[variant](endpoint, bucket)
        for file in sorted(Path(folder).iterdir()):
            etag = store.put(f"{prefix}/{file.name}", file)
            if out == "-":
                print(file.name, etag)
            else:
                store.get(f"{prefix}/{file.name}", Path(out, file.name))


if __name__ == "__main__":
    main(*sys.argv[1:])
