// A driver that stays: a line in, a job, a line out with the milliseconds that it took.

import org.apache.spark.{SparkConf, SparkContext}
import scala.io.StdIn

object EmptyTasks {
  def main(words: Array[String]): Unit = {
    val spark = new SparkContext(new SparkConf())
    spark.parallelize(1 to 3, 3).foreach(_ => ())
    println("bench ready")
    Iterator.continually(StdIn.readLine()).takeWhile(_ != null).foreach { line =>
      val Array(what, count, size) = line.split(' ')
      val started = System.nanoTime
      what match {
        case "tasks" => tasks(spark, count.toInt, size.toInt)
        case "results" => results(spark, count.toInt, size.toInt)
      }
      println("bench " + (System.nanoTime - started) / 1e6)
    }
    spark.stop()
  }

  /** Tasks that only wait. */
  def tasks(spark: SparkContext, count: Int, millis: Int): Unit =
    spark.parallelize(1 to count, count).foreach(_ => if (millis > 0) Thread.sleep(millis))

  /** Tasks whose results come to the driver in their status updates, and are dropped. */
  def results(spark: SparkContext, count: Int, mebibytes: Int): Unit = {
    val rdd = spark.parallelize(1 to count, count).map(_ => new Array[Byte](mebibytes << 20))
    spark.runJob(rdd, (found: Iterator[Array[Byte]]) => found.next(), (_: Int, _: Array[Byte]) => ())
  }
}
