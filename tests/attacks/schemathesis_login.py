"""Hooks of the schemathesis process: it is an operator, also after it has ended its own login."""

import os
from typing import Any

import requests
import schemathesis


@schemathesis.auth(refresh_interval=2)
class Login:
    """Logs in anew every two seconds."""

    def get(self, case: Any, context: schemathesis.AuthContext) -> str:
        login = {"email": os.environ["LOGIN_EMAIL"], "password": os.environ["LOGIN_PASSWORD"]}
        answer = requests.post(f"{os.environ['LOGIN_URL']}/auth/login", json=login, timeout=30)
        return str(answer.json().get("access_token"))

    def set(self, case: Any, data: Any, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
