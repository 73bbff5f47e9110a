"""Counts words as SoakJob.scala does, with Python's workers: words.py words SEED COUNT PARTITIONS PAUSE_MILLIS."""

import sys
import time
from operator import add

from pyspark.sql import SparkSession

WORDS = 97


def main(seed, count, partitions, pause_millis):
    def slowly(numbers):
        time.sleep(pause_millis / 1000)
        return numbers

    spark = SparkSession.builder.getOrCreate()
    numbers = spark.sparkContext.range(0, count, 1, partitions).mapPartitions(slowly)
    counts = numbers.map(lambda number: ((number * number + seed) % WORDS, 1)).reduceByKey(add, partitions)
    found = " ".join(f"w{word}:{how_often}" for word, how_often in sorted(counts.collect()))
    print(f"RESULT words {found}")
    spark.stop()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[2:]))
