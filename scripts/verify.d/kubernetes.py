"""What scripts/verify.d/kubernetes does with YAML: compares with schemas, takes configurations out, makes test overlays."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import jsonschema
import yaml


def documents(path):
    with open(path) as file:
        return [document for document in yaml.safe_load_all(file) if document]


def fail(message):
    sys.exit("kubernetes: " + message)


def strict(schema):
    """As the API server takes it with strict validation: a field that is not in the schema is refused."""
    if isinstance(schema, dict):
        schema = {key: strict(value) for key, value in schema.items()}
        if "properties" in schema and isinstance(schema["properties"], dict):
            if not schema.get("x-kubernetes-preserve-unknown-fields"):
                schema.setdefault("additionalProperties", False)
        if schema.pop("x-kubernetes-int-or-string", False):
            schema.pop("type", None)
            schema.pop("anyOf", None)
            schema["type"] = ["integer", "string"]
        return schema
    return [strict(each) for each in schema] if isinstance(schema, list) else schema


def crd_schemas(files):
    schemas = {}
    for file in files:
        for crd in documents(file):
            for version in crd["spec"]["versions"]:
                key = (crd["spec"]["group"] + "/" + version["name"], crd["spec"]["names"]["kind"])
                schema = strict(version["schema"]["openAPIV3Schema"])
                schema["properties"]["metadata"] = {"type": "object"}
                schemas[key] = schema
    return schemas


def schemas(options):
    import kubernetes_validate
    from kubernetes_validate import utils

    known = sorted({tuple(map(int, utils.major_minor(v).split("."))) for v in utils.all_versions()})
    versions = options.versions.split() if options.versions else ["%d.%d" % v for v in known[-3:]]
    custom = crd_schemas(options.crd)
    unchecked = set()
    count = 0
    for file in options.files:
        for document in documents(file):
            kind = (document["apiVersion"], document["kind"])
            where = "%s: %s %s" % (file, document["kind"], document["metadata"]["name"])
            try:
                if kind in custom:
                    jsonschema.Draft202012Validator(custom[kind]).validate(document)
                    count += 1
                    continue
                for version in versions:
                    if document["kind"].startswith("MutatingAdmission") and kind[0].endswith("/v1") and version == "1.35":
                        continue  # v1 is there from 1.36 on
                    kubernetes_validate.validate(document, version, strict=True)
                    count += 1
            except kubernetes_validate.SchemaNotFoundError:
                unchecked.add("%s %s" % kind)
            except (kubernetes_validate.ValidationError, jsonschema.ValidationError) as error:
                fail("%s: %s at %s" % (where, error.message, "/".join(map(str, error.path))))
    # A validation that finds nothing wrong with anything would pass as well.
    broken = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"port": []}}
    try:
        kubernetes_validate.validate(broken, versions[-1], strict=True)
        fail("the schemas take a Service with an unknown field")
    except kubernetes_validate.ValidationError:
        pass
    print("  %d comparisons with the schemas of Kubernetes %s, and of %s" % (
        count, ", ".join(versions), ", ".join("%s %s" % key for key in sorted(custom))))
    for each in sorted(unchecked):
        print("  NOT CHECKED: " + each + ", since no schema of it is here")


def configurations(options):
    """A folder for each configuration: its file, and the lists that its ConfigMaps have, all next to each other."""
    found = 0
    for top in options.folders:
        for path in sorted(pathlib.Path(top).rglob("*.yaml")):
            maps = [d for d in documents(path) if d["kind"] == "ConfigMap"]
            lists = {}
            for each in maps:
                lists.update({k: v for k, v in each["data"].items() if k.endswith(".list")})
            for each in maps:
                for name, text in each["data"].items():
                    if not re.fullmatch(r"countersign\.(conf|yaml)", name):
                        continue
                    key = "%s-%s" % (path.stem, each["metadata"].get("namespace", each["metadata"]["name"]))
                    folder = pathlib.Path(options.to) / key
                    folder.mkdir(parents=True)
                    here = re.sub(r"/etc/countersign-(lists|tls)", str(folder), text)
                    (folder / name).write_text(here)
                    (folder / "file").write_text(name)
                    for list_name, entries in lists.items():
                        (folder / list_name).write_text(entries)
                    found += 1
    if found < 5:
        fail("only %d configurations found" % found)


def sidecar(pod):
    return [c for c in pod.get("initContainers", []) if c["name"] == "countersign"]


def component(options):
    for document in documents(options.file):
        if document["kind"] in ("Deployment", "StatefulSet", "DaemonSet"):
            has = bool(sidecar(document["spec"]["template"]["spec"]))
            wanted = document["metadata"]["name"].startswith("app-")
            if has != wanted:
                fail("%s has %s sidecar" % (document["metadata"]["name"], "a" if has else "no"))
            if wanted and [v["name"] for v in document["spec"]["template"]["spec"]["volumes"]] != [
                "countersign", "countersign-lists"]:
                fail("the volumes are missing")
    print("  component: a sidecar for each kind of workload with the label, none without")


def admission(options):
    """What the policy makes of pods, by the API server's own code: the sidecar of the manifest first, its volumes last, all else as it was."""
    [policy] = [d for d in documents(options.policy) if d["kind"] == "MutatingAdmissionPolicy"]
    [deployment] = [d for d in documents(options.manifest) if d["kind"] == "Deployment"]
    [expected] = sidecar(deployment["spec"]["template"]["spec"])
    app = {"name": "app", "image": "app", "resources": {}}
    init = {"name": "init", "image": "init", "resources": {}}
    own = {"name": "own", "emptyDir": {}}
    pods = [{"containers": [app]}, {"containers": [app], "initContainers": [init], "volumes": [own]}]

    def mutated(spec):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app"}, "spec": spec}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(policy, file)
            file.flush()
            done = subprocess.run([options.program, file.name], input=json.dumps(pod), text=True, stdout=subprocess.PIPE)
        if done.returncode != 0:
            fail("the policy cannot be applied to " + json.dumps(spec))
        return json.loads(done.stdout)["spec"]

    for spec in pods:
        made = mutated(spec)
        first = made["initContainers"][0]
        for port in first["ports"]:
            port.pop("protocol", None)
        if options.same and first != expected:
            fail("the sidecar put in is\n%s\nand not\n%s" % (yaml.safe_dump(first), yaml.safe_dump(expected)))
        if first["name"] != "countersign" or first["restartPolicy"] != "Always":
            fail("no native sidecar was put in: %s" % first)
        if made["initContainers"][1:] != spec.get("initContainers", []) or made["containers"] != spec["containers"]:
            fail("other containers were changed: %s" % made)
        if [v["name"] for v in made["volumes"]] != [v["name"] for v in spec.get("volumes", [])] + [
            mount["name"] for mount in first["volumeMounts"]]:
            fail("volumes: %s" % made["volumes"])
    for spec in ({"containers": [dict(app, name="countersign")]}, {"containers": [app], "initContainers": [dict(init, name="countersign")]}):
        made = mutated(spec)
        if "volumes" in made or made["containers"] != spec["containers"]:
            fail("a pod that has a container named countersign was changed: %s" % made)
    print("  %s: puts the sidecar into pods, and leaves alone those that have one" % os.path.basename(options.policy))


def kubelet_volume(folder, data):
    """As a kubelet lays out a ConfigMap: links to links, which it swaps as a whole."""
    first = folder / "..1"
    first.mkdir(parents=True)
    for name, text in data.items():
        (first / name).write_text(text)
        (folder / name).symlink_to("..data/" + name)
    (folder / "..data").symlink_to("..1")


def overlay(options):
    """A sidecar's pod as podman plays it: without probes, on ports that are free, with folders in place of ConfigMaps. A native sidecar
    is one container among others, which whoever starts them puts in order."""
    manifest = documents(options.manifest)
    [deployment] = [d for d in manifest if d["kind"] == "Deployment"]
    maps = {d["metadata"]["name"]: d["data"] for d in manifest if d["kind"] == "ConfigMap"}
    spec = deployment["spec"]["template"]["spec"]
    spec.pop("serviceAccountName")
    spec["restartPolicy"] = "Never"  # a kubelet restarts nothing in a pod that ends
    spec["containers"] += spec.pop("initContainers", [])
    for each in options.data:
        place, source = each.split("=", 1)
        volume, name = place.split("/")
        maps[volume][name] = pathlib.Path(source).read_text()
    work = pathlib.Path(options.work)
    replaced = dict(each.split("=", 1) for each in options.replace)

    def rewritten(text):
        for old, new in replaced.items():
            text = text.replace(old, new)
        return text

    for volume in spec["volumes"]:
        folder = work / volume["name"]
        if "configMap" in volume:
            kubelet_volume(folder, {k: rewritten(v) for k, v in maps[volume.pop("configMap")["name"]].items()})
        else:
            volume.pop("emptyDir")
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o777)
        volume["hostPath"] = {"path": str(folder), "type": "Directory"}
    for container in spec["containers"]:
        container.pop("startupProbe", None)
        container.pop("livenessProbe", None)
        container.pop("ports", None)
        container.pop("restartPolicy", None)
        container["args"] = [rewritten(each) for each in container["args"]]
        container["imagePullPolicy"] = "Never"
        if container["name"] == "countersign":
            container["image"] = options.image
            container["env"] = [dict(zip(("name", "value"), each.split("=", 1))) for each in options.env]
        else:
            container["image"] = options.agent_image
            container["args"] += options.agent_arg
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": options.name}, "spec": spec}
    with open(work / "pod.yaml", "w") as file:
        yaml.safe_dump(pod, file)


def swap(options):
    """A new version of one file of a volume, as a kubelet brings it: all at once, by another link."""
    folder = pathlib.Path(options.folder)
    old = folder / os.readlink(folder / "..data")
    new = folder / (".." + str(int(old.name[2:]) + 1))
    shutil.copytree(old, new)
    (new / options.file).write_text(sys.stdin.read())
    (folder / "..data_tmp").symlink_to(new.name)
    os.rename(folder / "..data_tmp", folder / "..data")
    shutil.rmtree(old)


def lost(options):
    """Of the numbered scrapes that were served, all have to be among the samples that arrived; the very last may not have been kept."""
    with open(options.served) as file:
        served = [int(line) for line in file]
    with open(options.samples) as file:
        arrived = {int(n) for n in re.findall(r'[{,]n="(\d+)"', file.read())}
    missing = sorted(set(served[:-1]) - arrived)
    if len(served) < options.least:
        fail("only %d scrapes were served" % len(served))
    if missing:
        fail("of %d scrapes these did not arrive: %s" % (len(served), missing))
    print("  %s: %d scrapes, all arrived" % (options.what, len(served)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(function, *arguments):
        sub = commands.add_parser(function.__name__)
        sub.set_defaults(function=function)
        for names, keywords in arguments:
            sub.add_argument(*names.split(), **keywords)

    command(schemas, ("--crd", dict(action="append", default=[])), ("--versions", {}), ("files", dict(nargs="+")))
    command(configurations, ("to", {}), ("folders", dict(nargs="+")))
    command(component, ("file", {}))
    command(admission, ("program", {}), ("policy", {}), ("manifest", {}), ("--same", dict(action="store_true")))
    command(overlay, ("manifest", {}), ("work", {}), ("--name", {}), ("--image", {}), ("--agent-image", {}),
            ("--env", dict(action="append", default=[])), ("--data", dict(action="append", default=[])),
            ("--agent-arg", dict(action="append", default=[])), ("--replace", dict(action="append", default=[])))
    command(swap, ("folder", {}), ("file", {}))
    command(lost, ("what", {}), ("served", {}), ("samples", {}), ("--least", dict(type=int, default=5)))
    options = parser.parse_args()
    options.function(options)


main()
