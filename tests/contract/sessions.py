"""Read by schemathesis: a session of its own for each request, since one of them closes it."""

import urllib.request
from json import load

import schemathesis


@schemathesis.auth(refresh_interval=None)
class Session:
    """Opens a session as any client does."""

    def get(self, case, context):
        base = case.operation.base_url or case.operation.schema.get_base_url()
        with urllib.request.urlopen(urllib.request.Request(f"{base.rstrip('/')}/api/v1/sessions", method="POST")) as response:
            return load(response)["token"]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
