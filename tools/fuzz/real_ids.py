"""Gives schemathesis ids that exist in two of three requests, so that they get past the question whether there is such a thing."""

import json
import os
import random

import schemathesis

ids = json.loads(os.environ["FUZZ_IDS"])
with open(os.environ["FUZZ_MODULE"], "rb") as file:
    module = file.read()
choice = random.Random(7)


def real(name, use):
    return choice.choice(ids[use].get(name) or ids["lasting"].get(name) or [None])


@schemathesis.hook
def before_call(context, case, kwargs):
    if choice.random() < 1 / 3:
        return
    names = list(case.path_parameters or {})
    for name in names:
        # what is deleted is the last thing in the path
        use = "ending" if case.operation.method.upper() == "DELETE" and name == names[-1] else "lasting"
        case.path_parameters[name] = real(name, use) or case.path_parameters[name]
    if not isinstance(case.body, dict):
        return
    if "owner_id" in case.body:
        case.body["owner_id"] = case.path_parameters.get("algorithmId")
    if case.body.get("provider_id"):
        case.body["provider_id"] = real("providerId", "lasting")
    if "owner" in case.body:
        case.body["owner"] = real("owner", "lasting")
    if case.media_type == "multipart/form-data" and "provider" in case.body and choice.random() < 1 / 4:
        case.body["provider"] = module
