"""Marks for tests of what does not depend on the engine: they are run on one."""

import pytest

ON_SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True, scope="session")
"""Where the answer comes from routes, roles or the description, and a request is cheapest."""
ON_POSTGRESQL = pytest.mark.parametrize("server", ["postgresql"], indirect=True, scope="session")
"""Where values are sent that PostgreSQL would stumble over, should they ever come as far."""
