"""What service accounts did at the API server, beside what they may do: nothing refused, no right unused."""
import json

POLICY = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [
    {"level": "Metadata", "userGroups": ["system:serviceaccounts:purelb"]}, {"level": "None"}]}


def requests(log):
    """(account, group, resource, verb, code) of each request; a request that named no resource has none."""
    for line in open(log):
        event = json.loads(line)
        reference = event.get("objectRef", {})
        resource = "/".join(filter(None, (reference.get("resource"), reference.get("subresource"))))
        account = event["user"]["username"].rsplit(":", 1)[1]
        yield account, reference.get("apiGroup", ""), resource, event["verb"], event.get("responseStatus", {}).get("code")


def granted(objects):
    """(account, group, resource, verb) of every right that the Roles and bindings among `objects` give."""
    roles = {(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]): o.get("rules") or [] for o in objects if o["kind"].endswith("Role")}
    for binding in (o for o in objects if o["kind"].endswith("RoleBinding")):
        kind, name = binding["roleRef"]["kind"], binding["roleRef"]["name"]
        rules = roles.get((kind, binding["metadata"].get("namespace") if kind == "Role" else None, name), [])
        for subject in binding.get("subjects", []):
            if subject.get("namespace") != "purelb":
                continue
            for rule in rules:
                for group in rule.get("apiGroups", []):
                    for resource in rule.get("resources", []):
                        for verb in rule["verbs"]:
                            yield subject["name"], group, resource, verb


def faults(log, objects, accounts):
    """One sentence for each kind of request that was refused and for each right that no account used."""
    done = [r for r in requests(log) if r[0] in accounts]
    refused = sorted({f"{a} may not {v} {r or 'that address'} of group {g!r}" for a, g, r, v, code in done if code in (401, 403)})
    used = {r[:4] for r in done}
    unused = sorted(f"{a} never did {v} {r} of group {g!r}" for a, g, r, v in set(granted(objects)) - used if a in accounts)
    return refused, unused
