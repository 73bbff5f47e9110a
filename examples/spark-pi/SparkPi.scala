package org.sparkmesos.examples

import java.util.concurrent.ThreadLocalRandom

import org.apache.spark.sql.SparkSession

/** Estimates pi: of points strewn over a square, as many fall into its circle as the circle is larger. */
object SparkPi {
  private val PointsPerPartition = 100000

  /** @param args how many partitions, and so how many tasks; 2 when it is not given */
  def main(args: Array[String]): Unit = {
    val partitions = args.headOption.map(_.toInt).getOrElse(2)
    val spark = SparkSession.builder().appName("SparkPi").getOrCreate()
    val inside = spark.sparkContext
      .parallelize(0 until partitions, partitions)
      .map(_ => pointsInCircle(PointsPerPartition))
      .reduce(_ + _)
    val pi = 4.0 * inside / (PointsPerPartition.toLong * partitions)
    println(s"Pi is roughly $pi")
    spark.stop()
  }

  private def pointsInCircle(points: Int): Long = {
    val random = ThreadLocalRandom.current()
    (1 to points).count { _ =>
      val x = random.nextDouble(-1, 1)
      val y = random.nextDouble(-1, 1)
      x * x + y * y <= 1
    }.toLong
  }
}
