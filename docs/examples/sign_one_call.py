#!/usr/bin/env python3
"""Signs one request to API Gateway with boto3's signer, and sends it: to see whether an API, a role and its policy work at all.

    python3 sign_one_call.py https://abc123.execute-api.us-east-1.amazonaws.com/prod/items?limit=1
    python3 sign_one_call.py -X POST -d '{"a": 1}' -H 'Content-Type: application/json' URL

Needs boto3 or botocore (pip install boto3). Credentials come from where boto3 finds them: the environment, a profile, the instance.
"""

import argparse
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

HOST = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("-X", "--method", help="default: GET, or POST with -d")
    parser.add_argument("-d", "--data", help="the body")
    parser.add_argument("-H", "--header", action="append", default=[], help="NAME: VALUE; may be repeated")
    parser.add_argument("--region", help="default: the one in the host")
    parser.add_argument("--service", default="execute-api")
    options = parser.parse_args()

    in_host = HOST.search(urllib.parse.urlsplit(options.url).hostname or "")
    region = options.region or (in_host and in_host.group(1))
    if not region:
        parser.error("the host does not show its region (a domain of your own?): give --region")
    # Asked for once and frozen: key, secret and session token of one moment. Without the token, temporary credentials are refused.
    credentials = botocore.session.Session().get_credentials()
    if credentials is None:
        sys.exit("no credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")

    body = options.data.encode() if options.data is not None else None
    headers = dict(field.split(":", 1) for field in options.header)
    headers = {name.strip(): value.strip() for name, value in headers.items()}
    if body is not None:
        # urllib would add a type of its own after the signature, which then covers another request than the one sent.
        headers.setdefault("Content-Type", "application/json")
    request = AWSRequest(options.method or ("POST" if body is not None else "GET"), options.url, data=body, headers=headers)
    SigV4Auth(credentials.get_frozen_credentials(), options.service, region).add_auth(request)
    prepared = request.prepare()

    # The URL and the body exactly as they were signed.
    sent = urllib.request.Request(prepared.url, data=prepared.body, headers=dict(prepared.headers), method=prepared.method)
    try:
        with urllib.request.urlopen(sent, timeout=30) as response:
            print(response.status, response.reason, file=sys.stderr)
            sys.stdout.buffer.write(response.read())
    except urllib.error.HTTPError as error:
        print(error.code, error.reason, error.headers.get("x-amzn-ErrorType", ""), file=sys.stderr)
        sys.stdout.buffer.write(error.read())
        sys.exit(1)


if __name__ == "__main__":
    main()
