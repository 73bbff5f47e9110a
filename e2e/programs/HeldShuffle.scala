package org.sparkmesos.e2e

import java.nio.file.{Files, Path, Paths}
import java.util.concurrent.atomic.AtomicLong

import org.apache.spark.scheduler.{SparkListener, SparkListenerJobStart, SparkListenerTaskEnd}
import org.apache.spark.sql.SparkSession

/**
 * Groups numbers by their keys, and waits between map and reduce until a file appears; so a test decides what becomes
 * of the map stage's executors before the reduce stage fetches what they wrote. In the end it tells how many map tasks
 * have run in all, and how many blocks the reduce stage has fetched from elsewhere. Arguments: MAPS REDUCES GATE
 */
object HeldShuffle {
  private val LongestWaitMillis = 120000L
  private val Numbers = 20000

  private class Counts extends SparkListener {
    val maps = new AtomicLong
    val fetched = new AtomicLong
    @volatile private var isReducing = false

    override def onJobStart(job: SparkListenerJobStart): Unit = isReducing = job.jobId > 0

    override def onTaskEnd(task: SparkListenerTaskEnd): Unit =
      if (task.taskType == "ShuffleMapTask") maps.incrementAndGet()
      else if (isReducing && task.taskMetrics != null)
        fetched.addAndGet(task.taskMetrics.shuffleReadMetrics.remoteBlocksFetched)
  }

  def main(args: Array[String]): Unit = {
    val Array(maps, reduces) = args.take(2).map(_.toInt)
    val spark = SparkSession.builder().appName("HeldShuffle").getOrCreate()
    val counts = new Counts
    spark.sparkContext.addSparkListener(counts)
    val sums = spark.sparkContext
      .parallelize(1 to Numbers, maps)
      .map(number => (number % 1000, number.toLong))
      .groupByKey(reduces)
      .map(_._2.sum)
    // One partition of the reduce stage needs the map stage as a whole.
    spark.sparkContext.runJob(sums, (numbers: Iterator[Long]) => numbers.size, Seq(0))
    println("The map stage is over")
    await(Paths.get(args(2)))
    println(s"Sum is ${sums.reduce(_ + _)}")
    // What was told of tasks has all been heard when this returns.
    spark.stop()
    println(s"Ran ${counts.maps} map tasks, fetched ${counts.fetched} blocks")
  }

  private def await(file: Path): Unit = {
    val deadline = System.nanoTime() + LongestWaitMillis * 1000000
    while (!Files.exists(file)) {
      if (System.nanoTime() > deadline) throw new IllegalStateException(s"$file has not appeared")
      Thread.sleep(50)
    }
  }
}
