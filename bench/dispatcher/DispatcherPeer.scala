// The peer of the bench: Spark's own dispatcher for Mesos, its REST server over its scheduler, on a warm JVM and without
// a Mesos; and the ZooKeeper that it keeps its state in. It stands in the scheduler's package because that is not
// public; nothing of the dispatcher's own code is replaced but where the driver comes from.

package org.apache.spark.scheduler.cluster.mesos

import java.io.{File, PrintWriter}
import java.lang.reflect.{InvocationHandler, Method, Proxy}
import java.util.Collections
import java.util.concurrent.{CountDownLatch, Executors}

import scala.collection.JavaConverters._

import org.apache.logging.log4j.Level
import org.apache.logging.log4j.core.config.Configurator
import org.apache.mesos.{Protos, Scheduler, SchedulerDriver}
import org.apache.mesos.Protos.{Offer, Status, TaskInfo, TaskState, TaskStatus}
import org.apache.zookeeper.server.{ServerCnxnFactory, ZooKeeperServer}

import org.apache.spark.SparkConf
import org.apache.spark.deploy.rest.mesos.MesosRestServer
import org.apache.spark.util.Utils

/** A driver without a Mesos: it registers, and makes an offer at each revival where offers are free. */
private class DriverWithoutMesos(scheduler: Scheduler) extends InvocationHandler {
  private val stopped = new CountDownLatch(1)
  private val master = Executors.newSingleThreadExecutor()
  private var offers = 0
  @volatile var offersAreFree = false
  @volatile var launchedAtNanos = 0L
  val proxy: SchedulerDriver = Proxy
    .newProxyInstance(getClass.getClassLoader, Array(classOf[SchedulerDriver]), this)
    .asInstanceOf[SchedulerDriver]

  override def invoke(self: Object, method: Method, arguments: Array[Object]): Object = {
    method.getName match {
      case "run" =>
        val framework = Protos.FrameworkID.newBuilder().setValue("bench").build()
        val info = Protos.MasterInfo.newBuilder().setId("bench").setIp(0).setPort(5050).build()
        scheduler.registered(proxy, framework, info)
        stopped.await()
      case "stop" =>
        stopped.countDown()
        master.shutdown()
      case "reviveOffers" if offersAreFree =>
        master.submit(new Runnable { override def run(): Unit = scheduler.resourceOffers(proxy, offer()) })
      case "launchTasks" =>
        launchedAtNanos = System.nanoTime()
      case _ =>
    }
    if (method.getReturnType == classOf[Status]) Status.DRIVER_RUNNING else null
  }

  private def offer(): java.util.List[Offer] = {
    offers += 1
    def amount(name: String, value: Double) = Protos.Resource.newBuilder()
      .setName(name).setType(Protos.Value.Type.SCALAR).setRole("*")
      .setScalar(Protos.Value.Scalar.newBuilder().setValue(value)).build()
    Collections.singletonList(Offer.newBuilder()
      .setId(Protos.OfferID.newBuilder().setValue(s"O$offers"))
      .setFrameworkId(Protos.FrameworkID.newBuilder().setValue("bench"))
      .setSlaveId(Protos.SlaveID.newBuilder().setValue(s"S$offers"))
      .setHostname("agent.example.org")
      .addResources(amount("cpus", 4)).addResources(amount("mem", 8192)).build())
  }
}

/** The original, with a driver of ours. */
private class BenchScheduler(factory: MesosClusterPersistenceEngineFactory, conf: SparkConf)
  extends MesosClusterScheduler(factory, conf) {
  val mesos = new DriverWithoutMesos(this)
  frameworkUrl = "http://127.0.0.1:8081"

  override def createSchedulerDriver(
      masterUrl: String, scheduler: Scheduler, sparkUser: String, appName: String, conf: SparkConf,
      webuiUrl: Option[String], checkpoint: Option[Boolean], failoverTimeout: Option[Double],
      frameworkId: Option[String]): SchedulerDriver = mesos.proxy
}

object DispatcherPeer {
  private var scheduler: BenchScheduler = _
  private var server: MesosRestServer = _
  private var engines: MesosClusterPersistenceEngineFactory = _

  def main(words: Array[String]): Unit = {
    println("bench ready")
    for (line <- scala.io.Source.stdin.getLines()) println("bench " + answer(line.split(' ').toList))
    System.exit(0)
  }

  private def answer(words: List[String]): String = words match {
    case List("zookeeper", folder) =>
      val factory = ServerCnxnFactory.createFactory(0, 0)
      factory.startup(new ZooKeeperServer(new File(folder), new File(folder), 2000))
      factory.getLocalPort.toString
    case List("serve", servers, directory) => serve(servers, directory)
    case List("queued") => scheduler.getQueuedDriversSize.toString
    case List("ids", file) =>
      val writer = new PrintWriter(file)
      scheduler.getSchedulerState().queuedDrivers.foreach(driver => writer.println(driver.submissionId))
      writer.close()
      "written"
    case List("memory") => memory().toString
    case List("offers") => scheduler.mesos.offersAreFree = true; "free"
    case List("launched") => scheduler.mesos.launchedAtNanos.toString
    case List("stop") => stop(); "stopped"
  }

  /** Starts a dispatcher that remembers nothing, or what ZooKeeper does; answers with its port and its milliseconds. */
  private def serve(servers: String, directory: String): String = {
    Configurator.setRootLevel(Level.WARN)
    val conf = new SparkConf(false)
      .set("spark.master", "127.0.0.1:5050")
      .set("spark.app.name", "bench")
      .set("spark.mesos.executor.home", "/opt/spark")
      .set("spark.mesos.maxDrivers", "1000000")
    if (servers != "none") {
      conf.set("spark.deploy.recoveryMode", "ZOOKEEPER")
        .set("spark.deploy.zookeeper.url", servers)
        .set("spark.deploy.zookeeper.dir", directory)
    }
    val began = System.nanoTime()
    engines =
      if (servers == "none") new BlackHoleMesosClusterPersistenceEngineFactory
      else new ZookeeperMesosClusterPersistenceEngineFactory(conf)
    scheduler = new BenchScheduler(engines, conf)
    scheduler.start()
    server = new MesosRestServer("127.0.0.1", 0, conf, scheduler)
    val port = server.start()
    s"$port ${(System.nanoTime() - began) / 1e6}"
  }

  private def stop(): Unit = {
    server.stop()
    scheduler.stop()
    engines match {
      case zookeeper: ZookeeperMesosClusterPersistenceEngineFactory => zookeeper.zk.close()
      case _ =>
    }
    server = null
    scheduler = null
    engines = null
  }

  private def memory(): Long = {
    val runtime = Runtime.getRuntime
    for (_ <- 1 to 3) { System.gc(); Thread.sleep(100) }
    runtime.totalMemory() - runtime.freeMemory()
  }
}
