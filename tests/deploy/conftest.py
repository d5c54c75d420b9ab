"""One deployment for the whole run, and each test that names a balancer before nginx and before HAProxy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.deployment import Balancer, Deployment, running_deployment, wait_until


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with running_deployment(Path(tmp_path_factory.mktemp("deploy"))) as running:
        yield running


@pytest.fixture(params=["nginx", "haproxy"])
def balancer(request: pytest.FixtureRequest, deployment: Deployment) -> Balancer:
    chosen = deployment.balancers[request.param]
    # Another test may have stopped a worker a moment ago, behind the other balancer.
    wait_until(chosen.knows_all, f"{chosen.name} has taken all workers in")
    return chosen
