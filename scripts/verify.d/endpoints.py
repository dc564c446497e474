"""Prints the hosts of AWS services as botocore's endpoint rules have them, for the services that are named as arguments.

Each line has the name of the client, the name that it signs for, and REGION=HOST for some regions and variants (plain, FIPS, dual
stack, both). A client that signs for another name than those asked for is left out.
"""

import sys

import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError

REGIONS = ("us-east-1", "us-gov-west-1", "cn-north-1")
VARIANTS = ((False, False), (True, False), (False, True), (True, True))

# Their hosts begin with the name of an API, a cluster, an account or an outpost, which the rules do not have; or they are a control plane
# or a part that no preset is for.
LEFT_OUT = {"apigatewaymanagementapi", "neptunedata", "s3control", "s3outposts", "amp", "connectparticipant"}
PREFIXES_LEFT_OUT = {"stream-", "streaming-"}


def host(url):
    return url.split("//", 1)[1].split("/", 1)[0].split(":", 1)[0]


def main(asked):
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    partitions = loader.load_data("partitions")
    for client in session.get_available_services():
        model = session.get_service_model(client)
        signs_for = model.signing_name
        if signs_for not in asked or client in LEFT_OUT:
            continue
        rules = EndpointProvider(loader.load_service_model(client, "endpoint-rule-set-1"), partitions)
        prefixes = {""}
        for name in model.operation_names:
            prefix = (model.operation_model(name).endpoint or {}).get("hostPrefix", "")
            if "{" not in prefix and prefix not in PREFIXES_LEFT_OUT:
                prefixes.add(prefix)
        hosts = []
        for region in REGIONS:
            for fips, dual in VARIANTS:
                try:
                    found = rules.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual)
                except (BotoCoreError, ValueError):
                    continue
                schemes = found.properties.get("authSchemes") or [{}]
                scope = schemes[0].get("signingRegion", region)
                if schemes[0].get("signingName", signs_for) != signs_for or schemes[0].get("name", "sigv4") != "sigv4":
                    continue
                for prefix in prefixes:
                    hosts.append(scope + "=" + prefix + host(found.url))
        if hosts:
            print(client, signs_for, " ".join(sorted(set(hosts))), sep="\t")


if __name__ == "__main__":
    main(set(sys.argv[1:]))
