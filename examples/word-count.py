"""Counts the words of a text file and prints the most frequent ones: word-count.py FILE [HOW_MANY]."""

import re
import sys
from operator import add

from pyspark.sql import SparkSession

WORD = re.compile(r"[^\W\d_]+")


def main(path, how_many):
    spark = SparkSession.builder.appName("WordCount").getOrCreate()
    lines = spark.sparkContext.textFile(path)
    counts = (
        lines.flatMap(lambda line: WORD.findall(line.lower()))
        .map(lambda word: (word, 1))
        .reduceByKey(add)
    )
    # By count, then by the word itself, so that the same file always prints the same lines.
    for word, count in counts.takeOrdered(how_many, key=lambda pair: (-pair[1], pair[0])):
        print(f"{count:8d}  {word}")
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: word-count.py FILE [HOW_MANY]")
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10)
