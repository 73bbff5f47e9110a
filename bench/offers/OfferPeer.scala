// The peer of the bench: Spark's own coarse backend for Mesos on a warm JVM, given offers without a Mesos.
// It stands in the backend's package because that is not public; nothing of the backend's own code is replaced but
// where the driver comes from, and the task numbers, which look at the clock so that a run can be given up.

package org.apache.spark.scheduler.cluster.mesos

import java.io.{BufferedInputStream, DataInputStream, FileInputStream, PrintWriter}
import java.util.{ArrayList, Collection, Collections}

import scala.collection.JavaConverters._
import scala.collection.mutable
import scala.concurrent.Await
import scala.concurrent.duration._
import scala.util.control.ControlThrowable

import org.apache.mesos.{Protos, Scheduler, SchedulerDriver}
import org.apache.mesos.Protos.{Filters, Offer, OfferID, Resource, Status, TaskInfo}

import org.apache.spark.{SparkConf, SparkContext}
import org.apache.spark.resource.ResourceProfile
import org.apache.spark.scheduler.TaskSchedulerImpl

/** What ends a run whose time is up. */
private object TimeIsUp extends ControlThrowable

/** Keeps what the backend decides, and does nothing else. */
private class NotingDriver extends SchedulerDriver {
  val launches = new ArrayList[(OfferID, Collection[TaskInfo])]
  val declines = new ArrayList[(OfferID, Filters)]

  def forget(): Unit = { launches.clear(); declines.clear() }

  override def launchTasks(
      offers: Collection[OfferID], tasks: Collection[TaskInfo], filters: Filters): Status =
    launchTasks(offers, tasks)
  override def launchTasks(offers: Collection[OfferID], tasks: Collection[TaskInfo]): Status = {
    launches.add((offers.iterator().next(), tasks))
    Status.DRIVER_RUNNING
  }
  override def launchTasks(offer: OfferID, tasks: Collection[TaskInfo], filters: Filters): Status =
    launchTasks(Collections.singleton(offer), tasks)
  override def launchTasks(offer: OfferID, tasks: Collection[TaskInfo]): Status =
    launchTasks(Collections.singleton(offer), tasks)
  override def declineOffer(offer: OfferID, filters: Filters): Status = {
    declines.add((offer, filters))
    Status.DRIVER_RUNNING
  }
  override def declineOffer(offer: OfferID): Status = declineOffer(offer, null)

  override def start(): Status = Status.DRIVER_RUNNING
  override def stop(failover: Boolean): Status = Status.DRIVER_RUNNING
  override def stop(): Status = Status.DRIVER_RUNNING
  override def abort(): Status = Status.DRIVER_RUNNING
  override def join(): Status = Status.DRIVER_RUNNING
  override def run(): Status = Status.DRIVER_RUNNING
  override def requestResources(requests: Collection[Protos.Request]): Status = Status.DRIVER_RUNNING
  override def killTask(task: Protos.TaskID): Status = Status.DRIVER_RUNNING
  override def acceptOffers(
      offers: Collection[OfferID],
      operations: Collection[Offer.Operation],
      filters: Filters): Status = Status.DRIVER_RUNNING
  override def reviveOffers(): Status = Status.DRIVER_RUNNING
  override def suppressOffers(): Status = Status.DRIVER_RUNNING
  override def acknowledgeStatusUpdate(status: Protos.TaskStatus): Status = Status.DRIVER_RUNNING
  override def sendFrameworkMessage(
      executor: Protos.ExecutorID, agent: Protos.SlaveID, data: Array[Byte]): Status = Status.DRIVER_RUNNING
  override def reconcileTasks(statuses: Collection[Protos.TaskStatus]): Status = Status.DRIVER_RUNNING
}

/** The original, with a way back to the state in which a run began. */
private class MeasuredBackend(sc: SparkContext, driver: NotingDriver)
  extends MesosCoarseGrainedSchedulerBackend(
    sc.taskScheduler.asInstanceOf[TaskSchedulerImpl], sc, "master", sc.env.securityManager) {

  private var deadline = Long.MaxValue
  private type Agents = mutable.HashMap[String, Agent]
  private type Counts = mutable.HashMap[String, Int]
  private var before: (Agents, Counts, Counts, Int, Int, Int) = _

  override def createSchedulerDriver(
      masterUrl: String,
      scheduler: Scheduler,
      sparkUser: String,
      appName: String,
      conf: SparkConf,
      webuiUrl: Option[String],
      checkpoint: Option[Boolean],
      failoverTimeout: Option[Double],
      frameworkId: Option[String]): SchedulerDriver = driver

  override def startScheduler(newDriver: SchedulerDriver): Unit = {}

  override def newMesosTaskId(): String = {
    if (System.nanoTime() > deadline) throw TimeIsUp
    super.newMesosTaskId()
  }

  /** The nanoseconds that the offers take; negative if they were given up after so many. */
  def timed(offers: ArrayList[Offer], limitNanos: Long): Long = {
    val started = System.nanoTime()
    deadline = started + limitNanos
    try {
      resourceOffers(driver, offers)
      System.nanoTime() - started
    } catch {
      case TimeIsUp => started - System.nanoTime()
    } finally {
      deadline = Long.MaxValue
    }
  }

  def limitExecutors(total: Int): Unit =
    Await.result(doRequestTotalExecutors(
      Map(ResourceProfile.getOrCreateDefaultProfile(sc.conf) -> total)), 1.minute)

  def keepState(): Unit = {
    before = (
      read[Agents]("agents").clone(),
      read[Counts]("coresByTaskId").clone(),
      read[Counts]("gpusByTaskId").clone(),
      read[Int]("totalCoresAcquired"),
      read[Int]("totalGpusAcquired"),
      read[Int]("nextMesosTaskId"))
  }

  /** Maps are made anew, since one that has shrunk is walked as slowly as it was at its largest. */
  def restoreState(): Unit = {
    write("agents", new Agents ++= before._1)
    write("coresByTaskId", new Counts ++= before._2)
    write("gpusByTaskId", new Counts ++= before._3)
    write("totalCoresAcquired", before._4)
    write("totalGpusAcquired", before._5)
    write("nextMesosTaskId", before._6)
    driver.forget()
  }

  private def field(name: String) = {
    val found = classOf[MesosCoarseGrainedSchedulerBackend].getDeclaredField(name)
    found.setAccessible(true)
    found
  }
  private def read[T](name: String): T = field(name).get(this).asInstanceOf[T]
  private def write(name: String, value: Any): Unit = field(name).set(this, value)
}

object OfferPeer {
  private val offers = mutable.Map[String, ArrayList[Offer]]()
  private val scenarios = mutable.Map[String, (MeasuredBackend, NotingDriver)]()

  /** Arguments: settings of Spark, each as name=value. */
  def main(settings: Array[String]): Unit = {
    val conf = new SparkConf().setMaster("local[1]").setAppName("offers").set("spark.ui.enabled", "false")
    for (Array(name, value) <- settings.map(_.split("=", 2))) conf.set(name, value)
    val sc = new SparkContext(conf)
    sc.setLogLevel("WARN")
    answer("ready")
    for (line <- scala.io.Source.stdin.getLines()) answer(obey(sc, line.split(" ").toList))
    sc.stop()
    System.exit(0)
  }

  private def answer(text: String): Unit = { println(s"bench $text"); System.out.flush() }

  private def obey(sc: SparkContext, words: List[String]): String = words match {
    case List("offers", name, file) =>
      offers(name) = read(file)
      s"${offers(name).size}"
    case List("scenario", name, coresMax, limit, running) =>
      scenarios(name) = scenario(sc, coresMax.toInt, limit.toInt, running.toInt)
      "made"
    case List("run", name, count, times, limitMillis) =>
      val given = new ArrayList(offers("free").subList(0, count.toInt))
      run(scenarios(name)._1, given, times.toInt, limitMillis.toLong * 1000000L)
    case List("decisions", name, count, file) =>
      write(scenarios(name)._2, offers("free").subList(0, count.toInt).asScala, file)
      "written"
  }

  private def read(file: String): ArrayList[Offer] = {
    val input = new DataInputStream(new BufferedInputStream(new FileInputStream(file), 1 << 20))
    val found = new ArrayList[Offer]
    try {
      while (input.available() > 0) {
        val bytes = new Array[Byte](input.readInt())
        input.readFully(bytes)
        found.add(Offer.parseFrom(bytes))
      }
    } finally {
      input.close()
    }
    found
  }

  private def scenario(
      sc: SparkContext, coresMax: Int, limit: Int, running: Int): (MeasuredBackend, NotingDriver) = {
    sc.conf.set("spark.cores.max", String.valueOf(coresMax))
    val driver = new NotingDriver
    val backend = new MeasuredBackend(sc, driver)
    // Each backend has an endpoint of the same name, and only one may stand at a time; no offer needs it.
    sc.env.rpcEnv.stop(backend.driverEndpoint)
    backend.start()
    backend.registered(
      driver,
      Protos.FrameworkID.newBuilder().setValue("5f0c9a0e-7c0b-4f39-9f4b-0d5e0a6b1c11-0001").build(),
      Protos.MasterInfo.newBuilder().setId("m").setIp(0).setPort(5050).build())
    backend.resourceOffers(driver, new ArrayList(offers("busy").subList(0, running)))
    require(driver.launches.size == running, s"${driver.launches.size} of $running executors run")
    if (limit >= 0) backend.limitExecutors(limit)
    backend.keepState()
    (backend, driver)
  }

  /** All nanoseconds of so many runs, or `gave-up` and those of the run that took too long. */
  private def run(backend: MeasuredBackend, given: ArrayList[Offer], times: Int, limit: Long): String = {
    var sum = 0L
    for (_ <- 0 until times) {
      backend.restoreState()
      val took = backend.timed(given, limit)
      if (took < 0) return s"gave-up ${-took}"
      sum += took
    }
    s"took $sum"
  }

  /** What the last run decided, an offer a line, in the order of the offers. */
  private def write(driver: NotingDriver, given: Seq[Offer], file: String): Unit = {
    val launches = driver.launches.asScala.map { case (id, tasks) => id.getValue -> tasks }.toMap
    val declines = driver.declines.asScala.map { case (id, filters) => id.getValue -> filters }.toMap
    val output = new PrintWriter(file, "UTF-8")
    for (offer <- given) {
      val id = offer.getId.getValue
      val decision = launches.get(id).map(tasks => tasks.asScala.map(describe).toSeq.sorted.mkString(" "))
        .orElse(declines.get(id).map(describe))
        .getOrElse("nothing")
      output.println(s"$id $decision")
    }
    output.close()
  }

  private def describe(filters: Filters): String =
    if (filters == null || !filters.hasRefuseSeconds) "decline" else s"decline ${filters.getRefuseSeconds.toLong}"

  private def describe(task: TaskInfo): String =
    s"launch ${task.getTaskId.getValue} ${task.getResourcesList.asScala.map(describe).mkString(" ")}"

  private def describe(resource: Resource): String =
    s"${resource.getName}(${resource.getRole})=${Math.round(resource.getScalar.getValue * 1000)}"
}
