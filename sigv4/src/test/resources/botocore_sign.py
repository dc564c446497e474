"""Signs the requests of a file with botocore, one line for each: signature, tab, canonical request in hex.

Usage: botocore_sign.py REQUESTS ANSWERS. The fields of a request are separated by tabs, and each text is the hex of its
UTF-8, so that nothing in it can be taken for anything else. BotocoreComparisonTest writes them.
"""
import datetime
import hashlib
import sys
import types
from urllib.parse import quote

import botocore.auth
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import normalize_url_path


class Clock:
    """Stands in for datetime.datetime, whose utcnow() the signers ask."""

    now = None

    @classmethod
    def utcnow(cls):
        return cls.now


class NormalizedOnly(SigV4Auth):
    def _normalize_url_path(self, path):
        return normalize_url_path(path)


class EncodedOnly(SigV4Auth):
    def _normalize_url_path(self, path):
        return quote(path, safe="/~")


HEADER_SIGNERS = {
    "normalized,doubled": SigV4Auth,
    "normalized": NormalizedOnly,
    "doubled": EncodedOnly,
    "": S3SigV4Auth,
}
QUERY_SIGNERS = {"normalized,doubled": SigV4QueryAuth, "": S3SigV4QueryAuth}


def text(field):
    return bytes.fromhex(field).decode("utf-8")


def pairs(field):
    return [tuple(text(part) for part in pair.split(":")) for pair in field.split(",")] if field else []


def sign(line):
    (form, style, method, url, parameters, headers, body, key_id, secret, token,
     region, service, time, content_hash, unsigned, expires) = line.split("\t")
    body = bytes.fromhex(body)
    credentials = Credentials(text(key_id), text(secret), text(token) or None)
    request = AWSRequest(method=method, url=text(url), data=body, params=pairs(parameters))
    for name, value in pairs(headers):
        request.headers[name] = value
    if unsigned == "true":
        request.context["payload_signing_enabled"] = False
        request.context["client_config"] = types.SimpleNamespace(s3={"payload_signing_enabled": False})
    elif content_hash == "true":
        request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(body).hexdigest()
    Clock.now = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ")
    if form == "query":
        signer = QUERY_SIGNERS[style](credentials, service, region, int(expires))
    else:
        signer = HEADER_SIGNERS[style](credentials, service, region)

    seen = []
    canonical_request = signer.canonical_request

    def remember(signed):
        seen.append(canonical_request(signed))
        return seen[-1]

    signer.canonical_request = remember
    signer.add_auth(request)
    if form == "query":
        signature = request.url.rpartition("&X-Amz-Signature=")[2]
    else:
        signature = request.headers["Authorization"].rpartition("Signature=")[2]
    return signature + "\t" + seen[-1].encode("utf-8").hex()


def main(requests, answers):
    if hasattr(botocore.auth, "get_current_datetime"):
        # Newer releases ask this function and not the class.
        botocore.auth.get_current_datetime = lambda *_, **__: Clock.now
    else:
        botocore.auth.datetime = types.SimpleNamespace(datetime=Clock)
    with open(requests, encoding="ascii") as lines, open(answers, "w", encoding="ascii") as out:
        for line in lines:
            out.write(sign(line.rstrip("\n")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
