package org.sparkmesos.e2e

import java.nio.file.{Files, Path, Paths}

import org.apache.spark.sql.SparkSession

/**
 * Adds the numbers of its partitions, each of which waits until a file appears; so a test decides how long the
 * job is in the middle of its work. Arguments: PARTITIONS GATE [GATE_OF_THE_END]
 */
object GatedSum {
  private val LongestWaitMillis = 120000L

  def main(args: Array[String]): Unit = {
    val partitions = args(0).toInt
    val gate = args(1)
    val spark = SparkSession.builder().appName("GatedSum").getOrCreate()
    val sum = spark.sparkContext
      .parallelize(1 to partitions, partitions)
      .map { number => await(Paths.get(gate)); number }
      .reduce(_ + _)
    println(s"Sum is $sum")
    if (args.length > 2) await(Paths.get(args(2)))
    spark.stop()
  }

  private def await(file: Path): Unit = {
    val deadline = System.nanoTime() + LongestWaitMillis * 1000000
    while (!Files.exists(file)) {
      if (System.nanoTime() > deadline) throw new IllegalStateException(s"$file has not appeared")
      Thread.sleep(50)
    }
  }
}
