package org.sparkmesos.soak

import java.util.concurrent.ThreadLocalRandom

import org.apache.spark.rdd.RDD
import org.apache.spark.sql.SparkSession

/**
 * Does what the soak can reckon itself, and prints a line that begins with RESULT. Each task takes at least a while, so
 * that something can go wrong meanwhile. Arguments: pi|words|sort SEED COUNT PARTITIONS PAUSE_MILLIS
 */
object SoakJob {
  private val Words = 97
  private val Prime = 1000003L

  def main(args: Array[String]): Unit = {
    val Array(kind, seed, count, partitions, pause) = args
    val spark = SparkSession.builder().getOrCreate()
    val numbers = spark.sparkContext
      .range(0, count.toLong, 1, partitions.toInt)
      .mapPartitions { found => Thread.sleep(pause.toLong); found }
    val result = kind match {
      case "pi"    => pi(numbers, count.toLong)
      case "words" => words(numbers, seed.toLong, partitions.toInt)
      case "sort"  => sorted(numbers, seed.toLong, partitions.toInt)
    }
    println(s"RESULT $result")
    spark.stop()
  }

  private def pi(numbers: RDD[Long], count: Long): String = {
    val inside = numbers.filter { _ =>
      val random = ThreadLocalRandom.current()
      val (x, y) = (random.nextDouble(-1, 1), random.nextDouble(-1, 1))
      x * x + y * y <= 1
    }.count()
    s"pi ${4.0 * inside / count}"
  }

  private def words(numbers: RDD[Long], seed: Long, partitions: Int): String = {
    val counts = numbers.map(number => ((number * number + seed) % Words, 1L)).reduceByKey(_ + _, partitions)
    counts.collect().sortBy(_._1).map { case (word, count) => s"w$word:$count" }.mkString("words ", " ", "")
  }

  /** The checksum is another one if two numbers change places. */
  private def sorted(numbers: RDD[Long], seed: Long, partitions: Int): String = {
    val all = numbers.map(number => (number * 7919 + seed * seed) % Prime).sortBy(identity, ascending = true, partitions)
    val checksum = all.zipWithIndex().map { case (value, at) => (at + 1) * value % Prime }.reduce((a, b) => (a + b) % Prime)
    s"sort ${all.count()} $checksum"
  }
}
