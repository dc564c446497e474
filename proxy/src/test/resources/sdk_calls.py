"""Calls four services by botocore with dummy keys, and prints what each returned: one line of JSON for a call.

usage: sdk_calls.py ENDPOINT
"""

import json
import sys

import botocore.config
import botocore.exceptions
import botocore.session


def client(service, region):
    session = botocore.session.Session()
    session.set_credentials("AKIDFOREIGN", "foreign-secret", "FOREIGNTOKENCANARY")
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    return session.create_client(service, region_name=region, endpoint_url=sys.argv[1], config=config)


def call(name, function, pick):
    try:
        result = pick(function())
    except botocore.exceptions.ClientError as error:
        result = error.response["ResponseMetadata"]["HTTPStatusCode"]
    except botocore.parsers.ResponseParserError as error:
        result = str(error)
    print(json.dumps({name: result}), flush=True)


dynamodb = client("dynamodb", "eu-west-1")
sts = client("sts", "us-east-1")
sqs = client("sqs", "eu-west-1")
s3 = client("s3", "us-east-1")
call("tables", dynamodb.list_tables, lambda r: r["TableNames"])
call("account", sts.get_caller_identity, lambda r: r["Account"])
call("queues", sqs.list_queues, lambda r: r["QueueUrls"])
key = "a key/with+signs=~(1).txt"
call("put", lambda: s3.put_object(Bucket="mine", Key=key, Body=b"content"), lambda r: r["ETag"])
call("get", lambda: s3.get_object(Bucket="mine", Key=key), lambda r: r["Body"].read().decode())
call("other bucket", lambda: s3.head_object(Bucket="other", Key=key), lambda r: "taken")
call("other region", client("dynamodb", "us-west-2").list_tables, lambda r: "taken")
call("other service", client("secretsmanager", "us-east-1").list_secrets, lambda r: "taken")
