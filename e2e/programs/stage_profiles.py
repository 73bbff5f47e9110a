"""Runs a stage in the application's own executors, and one in executors of another size, each with a GPU.

Arguments: GATE, a file for which both stages' ends wait, so that a test can look at the executors.
"""

import json
import os
import sys
import time

from pyspark import TaskContext
from pyspark.resource import ExecutorResourceRequests, ResourceProfileBuilder, TaskResourceRequests
from pyspark.sql import SparkSession


def task(number):
    resources = TaskContext.get().resources()
    return number, sorted(address for gpu in resources.values() for address in gpu.addresses)


def main():
    gate = sys.argv[1]
    spark = SparkSession.builder.appName("StageProfiles").getOrCreate()
    context = spark.sparkContext
    plain = context.parallelize(range(2), 2).map(task).collect()
    executors = ExecutorResourceRequests().cores(1).memory("640m").resource("gpu", 1)
    tasks = TaskResourceRequests().cpus(1).resource("gpu", 1)
    profile = ResourceProfileBuilder().require(executors).require(tasks).build
    special = context.parallelize(range(2), 2).map(task).withResources(profile).collect()
    print("STAGES " + json.dumps({"plain": plain, "special": special, "profile": profile.id}), flush=True)
    deadline = time.monotonic() + 120
    while not os.path.exists(gate) and time.monotonic() < deadline:
        time.sleep(0.05)
    spark.stop()


if __name__ == "__main__":
    main()
