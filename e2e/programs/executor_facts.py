"""Prints what executors are: for each partition the command line, environment and resources of its executor.

Arguments: PARTITIONS [NAME ...], the environment variables to print.
"""

import json
import os
import sys

from pyspark import TaskContext
from pyspark.sql import SparkSession


def executor_process():
    """The JVM that started the daemon that started this worker."""
    pid = os.getpid()
    while pid > 1:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = [word.decode() for word in file.read().split(b"\0")[:-1]]
        if words and os.path.basename(words[0]) == "java":
            return pid, words
        with open(f"/proc/{pid}/stat", "r") as file:
            pid = int(file.read().rsplit(")", 1)[1].split()[1])
    raise RuntimeError("no JVM started this worker")


def facts(names):
    pid, words = executor_process()
    with open(f"/proc/{pid}/environ", "rb") as file:
        pairs = [entry.decode().split("=", 1) for entry in file.read().split(b"\0")[:-1]]
    environment = {name: value for name, value in pairs if name in names}
    resources = {
        name: list(resource.addresses) for name, resource in TaskContext.get().resources().items()
    }
    return {"words": words, "environment": environment, "resources": resources}


def main():
    partitions, names = int(sys.argv[1]), sys.argv[2:]
    spark = SparkSession.builder.appName("ExecutorFacts").getOrCreate()
    found = spark.sparkContext.parallelize(range(partitions), partitions).map(lambda _: facts(names)).collect()
    for fact in found:
        print("FACTS " + json.dumps(fact))
    spark.stop()


if __name__ == "__main__":
    main()
