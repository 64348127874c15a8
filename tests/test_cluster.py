"""A batch on a real Dask cluster: workers in processes of their own, one of them killed."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from making import file_of, student

import roster_toolkit as rt

if TYPE_CHECKING:
    from distributed import LocalCluster, Scheduler

pytestmark = [
    pytest.mark.slow,
    # Not imported here: those who leave these tests out would wait two seconds for it.
    pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed"),
    pytest.mark.filterwarnings("default"),  # Dask's own, of a cluster that is killed and closed
]

_NAME = "Zacharias"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty customers, of whom every third has a wrong grade."""
    folder = tmp_path_factory.mktemp("customers")
    for number in range(30):
        grade = "99" if number % 3 == 0 else "3"
        rows = [student(f"S{number}", userGrade=grade, userFirstName=_NAME)]
        (folder / f"customer-{number:02}.csv").write_bytes(file_of(rows))
    return folder


@pytest.fixture(scope="module")
def alone(files: Path) -> rt.Batch:
    """What these files are without a cluster."""
    return rt.review_files(files, executor="processes", jobs=1)


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as local:  # fmt: skip
        yield local


def test_the_same_function_gives_the_same_tables(
    files: Path, alone: rt.Batch, cluster: LocalCluster
) -> None:
    import distributed

    with distributed.Client(cluster) as client:
        batch = rt.review_files(files, executor=client.get_executor())

    for name in ("files", "causes", "findings"):
        assert getattr(batch, name).equals(getattr(alone, name))


def test_a_worker_that_dies_in_the_middle_loses_nothing(
    files: Path, alone: rt.Batch, cluster: LocalCluster, tmp_path: Path
) -> None:
    import distributed

    killed = threading.Event()

    def kill(_name: str, done: int, _total: int) -> None:
        if done == 5 and not killed.is_set():
            os.kill(next(iter(cluster.workers.values())).process.process.pid, signal.SIGKILL)
            killed.set()

    with distributed.Client(cluster) as client:
        batch = rt.review_files(
            files, executor=client.get_executor(), out=tmp_path / "out", advance=kill
        )

    assert killed.is_set()
    assert batch.files.equals(alone.files)
    assert batch.findings.equals(alone.findings)


def test_the_command_line_takes_a_scheduler(files: Path, cluster: LocalCluster) -> None:
    run = _batch(files, cluster.scheduler_address)

    told = json.loads(run.stdout)
    assert run.returncode == 1
    assert len(told["files"]) == 30
    assert sum(file["rows"]["rejected"] for file in told["files"]) == 10
    assert "leave this machine" not in run.stderr


def test_no_key_and_no_log_of_the_cluster_holds_a_name_or_a_cell(
    files: Path, cluster: LocalCluster
) -> None:
    import distributed

    def seen(dask_scheduler: Scheduler) -> str:
        return " ".join(map(str, [*dask_scheduler.tasks, *dask_scheduler.transition_log]))

    with distributed.Client(cluster) as client:
        keys: list[str] = []
        rt.review_files(
            files, executor=client.get_executor(pure=False),
            advance=lambda *_: keys.append(client.run_on_scheduler(seen)),
        )  # fmt: skip
        logs = str(client.get_worker_logs()) + str(client.get_scheduler_logs())

    everything = " ".join(keys) + logs
    assert "judge_packed" in everything
    for secret in (_NAME, "customer-0", "school.org"):
        assert secret not in everything


def test_a_scheduler_that_is_not_there_is_a_sentence(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from roster_toolkit.batch import cluster as clusters
    from roster_toolkit.cli.app import main

    monkeypatch.setattr(clusters, "_PATIENCE", 1)

    assert main(["batch", str(files), "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "No scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")
def test_files_travel_to_a_scheduler_by_tls(files: Path, tmp_path: Path) -> None:
    import distributed

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [shutil.which("openssl") or "", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
         "-days", "1", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    names = {"CA_FILE": certificate}
    names |= {f"{who}__{what}": path for who in ("CLIENT", "SCHEDULER", "WORKER")
              for what, path in (("CERT", certificate), ("KEY", key))}  # fmt: skip
    environment = {
        f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in names.items()
    }
    security = distributed.Security(
        tls_ca_file=str(certificate), require_encryption=True,
        tls_client_cert=str(certificate), tls_client_key=str(key),
        tls_scheduler_cert=str(certificate), tls_scheduler_key=str(key),
        tls_worker_cert=str(certificate), tls_worker_key=str(key),
    )  # fmt: skip
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, protocol="tls://", security=security,
        dashboard_address=None, silence_logs=logging.CRITICAL,
    ) as local:  # fmt: skip
        address = local.scheduler_address
        assert address.startswith("tls://")
        run = _batch(files, address, environment)
        refused = _batch(files, address.replace("tls://", "tcp://"))

    assert len(json.loads(run.stdout)["files"]) == 30
    assert refused.returncode == 2
    assert "No scheduler answers" in refused.stderr


def _batch(
    files: Path, address: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "roster_toolkit", "batch", str(files), "--scheduler", address,
         "--format", "json"],
        capture_output=True, text=True, check=False, env=os.environ | (environment or {}),
    )  # fmt: skip
