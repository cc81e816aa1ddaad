"""A real standalone cluster on loopback: a master and two workers from the wheel's own `spark-class`."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

LEAN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m -Xss4m"
"""Small data is all start-up: the first compiler and the smallest collector."""

SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": LEAN,
    "spark.executor.extraJavaOptions": LEAN,
    "spark.executor.memory": "768m",
    "spark.executor.cores": "1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
}
STARTS_WITHIN_S = 120


@contextmanager
def cluster(place: Path, workers: int = 2, memory: str = "1g") -> Iterator[str]:
    """Start the processes with their logs in `place`, each worker with one core, and give the master's address; they end with the block."""
    place.mkdir(parents=True, exist_ok=True)
    master = f"spark://127.0.0.1:{free_port()}"
    port = master.rpartition(":")[2]
    ours = [_start(place, "master", "Master", "--host", "127.0.0.1", "--port", port, "--webui-port", "0")]
    try:
        for number in range(workers):
            size = (
                "--cores",
                "1",
                "--memory",
                memory,
                "--webui-port",
                "0",
                "--work-dir",
                str(place / f"worker-{number}"),
            )
            ours.append(_start(place, f"worker-{number}", "Worker", "--host", "127.0.0.1", *size, master))
        _wait_for(place / "master.log", "Registering worker", workers)
        yield master
    finally:
        for process in reversed(ours):
            process.terminate()
        for process in ours:
            process.wait()


def _start(place: Path, name: str, role: str, *arguments: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    environment |= {"SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": LEAN, "SPARK_NO_DAEMONIZE": "1"}
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role.lower()}.{role}", *arguments]
    with (place / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)


def _wait_for(log: Path, told: str, times: int) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while log.read_text(encoding="utf-8", errors="replace").count(told) < times:
        if time.monotonic() > until:
            raise TimeoutError(
                f"the cluster did not start within {STARTS_WITHIN_S} s:\n{log.read_text(errors='replace')}"
            )
        time.sleep(0.1)
