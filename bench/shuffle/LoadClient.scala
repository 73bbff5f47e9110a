// The load generator of the bench: one thread that fetches blocks over many connections as an executor does, and looks
// at as few of the bytes that come as it can. It answers lines; see `main`.

import java.lang.management.ManagementFactory
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.channels.{SelectionKey, Selector, SocketChannel}
import java.nio.file.{Files, Paths}

import scala.collection.mutable

object LoadClient {
  /** As much as is read at once; one for all connections, since nothing of it is kept. */
  private val incoming = ByteBuffer.allocateDirect(1 << 20)
  private val held = mutable.ArrayBuffer[SocketChannel]()

  def main(words: Array[String]): Unit = {
    answer("ready")
    for (line <- scala.io.Source.stdin.getLines()) {
      answer(try obey(line.split(" ").toList) catch { case error: Throwable => s"failed $error" })
    }
    System.exit(0)
  }

  private def answer(text: String): Unit = { println(s"bench ${text.replace('\n', ' ')}"); System.out.flush() }

  private def obey(words: List[String]): String = {
    val options = words.tail.map(_.split("=", 2)).map { case Array(name, value) => name -> value }.toMap
    words.head match {
      case "cell" => new Cell(options).run()
      case "announce" => announce(options)
      case "register" => register(options("port").toInt, options("count").toInt, options("root"))
      case "idle" => idle(options("port").toInt, options("count").toInt, options)
      case "slow" => slow(options("port").toInt, options("count").toInt, options)
      case "release" =>
        held.foreach(_.close())
        held.clear()
        "released"
    }
  }

  def connect(port: Int): SocketChannel = {
    val channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))
    channel.socket().setTcpNoDelay(true)
    channel
  }

  /** One closed loop on each connection for a while: a fetch of some blocks, and when its last byte is there, the next. */
  private final class Cell(options: Map[String, String]) {
    private val selector = Selector.open()
    private val connections = options("connections").toInt
    private val wanted = new Wanted(options)
    private val latencies = mutable.ArrayBuffer[Double]()
    private var bytes = 0L
    private var fetches = 0L

    def run(): String = {
      val clients = (0 until connections).map { index =>
        val channel = connect(options("port").toInt)
        val wire = Wire.open(channel, options("mode"), options("app"), options("secret"))
        channel.configureBlocking(false)
        val key = channel.register(selector, SelectionKey.OP_READ)
        val client = new Client(channel, wire, wanted, index)
        key.attach(client)
        client
      }
      clients.foreach(_.ask())
      val warm = turn(options("warmMs").toLong * 1000000L)
      val measured = turn(options("measureMs").toLong * 1000000L)
      clients.foreach(_.channel.close())
      selector.close()
      val sorted = measured.latencies.sorted
      def share(part: Double) =
        if (sorted.isEmpty) -1.0 else sorted(math.min(sorted.length - 1, (sorted.length * part).toInt))
      s"""{"bytes":${measured.bytes},"seconds":${measured.seconds},"fetches":${sorted.length},""" +
        s""""p50":${share(0.5)},"p99":${share(0.99)},"serverCpu":${measured.serverCpu},""" +
        s""""clientCpu":${measured.clientCpu},"warmFetches":${warm.latencies.length}}"""
    }

    private def turn(nanos: Long): Measured = {
      val pid = options.getOrElse("pid", "self")
      latencies.clear()
      bytes = 0
      val (cpu, own, started) = (cpuSeconds(pid), ownCpuSeconds(), System.nanoTime())
      var now = started
      while (now - started < nanos) {
        selector.select(200)
        val keys = selector.selectedKeys().iterator()
        while (keys.hasNext) {
          val client = keys.next().attachment().asInstanceOf[Client]
          keys.remove()
          bytes += client.read(incoming, latencies)
        }
        now = System.nanoTime()
      }
      Measured(bytes, (now - started) / 1e9, latencies.toArray, cpuSeconds(pid) - cpu, ownCpuSeconds() - own)
    }
  }

  private case class Measured(
      bytes: Long, seconds: Double, latencies: Array[Double], serverCpu: Double, clientCpu: Double)

  private def ownCpuSeconds() = ManagementFactory.getThreadMXBean.getCurrentThreadCpuTime / 1e9

  /** User and system time of a process and of what it has started, as the kernel counts it: hundredths of a second. */
  private def cpuSeconds(pid: String): Double = {
    val fields = new String(Files.readAllBytes(Paths.get(s"/proc/$pid/stat"))).split("\\) ").last.split(" ")
    val children = new String(Files.readAllBytes(Paths.get(s"/proc/$pid/task/${if (pid == "self") ProcessHandle.current().pid().toString else pid}/children"))).trim
    (fields(11).toLong + fields(12).toLong) / 100.0 +
      children.split(" ").filter(_.nonEmpty).map(cpuSeconds).sum
  }

  /** Registers the executor whose blocks are fetched. */
  private def announce(options: Map[String, String]): String = {
    val channel = connect(options("port").toInt)
    val wire = Wire.open(channel, options("mode"), options("app"), options("secret"))
    wire.write(channel, Messages.registerExecutor(options("app"), "0", options("directory")))
    val head = ByteBuffer.allocate(200)
    while (head.position() < 21) wire.read(channel, incoming, head)
    channel.close()
    if (head.get(8) == 4) "announced" else s"failed: the executor was not registered: ${new String(head.array(), 21, 179)}"
  }

  /** Registers executors over one connection, some of which are under way at a time; says how many seconds it took. */
  private def register(port: Int, count: Int, root: String): String = {
    val channel = connect(port)
    val started = System.nanoTime()
    val answers = new Array[Byte](21)
    val input = channel.socket().getInputStream
    var asked = 0
    for (done <- 0 until count) {
      while (asked < count && asked < done + 64) {
        val directory = f"$root/blockmgr-00000000-0000-4000-8000-$asked%012x"
        Messages.write(channel, Messages.registerExecutor(s"app-${asked / 1000}", s"${asked % 1000}", directory))
        asked += 1
      }
      var at = 0
      while (at < answers.length) at += input.read(answers, at, answers.length - at)
      require(answers(8) == 4, s"an executor was not registered: ${answers.toList}")
    }
    channel.close()
    ((System.nanoTime() - started) / 1e9).toString
  }

  /** Connections that have asked once and then say nothing. */
  private def idle(port: Int, count: Int, options: Map[String, String]): String = {
    val wanted = new Wanted(options)
    for (index <- 0 until count) {
      val channel = connect(port)
      Messages.write(channel, wanted.open(index))
      Messages.readFully(channel, Messages.STREAM_HANDLE_BYTES)
      held += channel
    }
    s"$count"
  }

  /** Connections that have asked for blocks and read nothing of them. */
  private def slow(port: Int, count: Int, options: Map[String, String]): String = {
    val wanted = new Wanted(options)
    for (index <- 0 until count) {
      val channel = connect(port)
      Messages.write(channel, wanted.open(index))
      val handle = Messages.readFully(channel, Messages.STREAM_HANDLE_BYTES)
      Messages.write(channel, wanted.chunks(handle.getLong(22)))
      held += channel
    }
    s"$count"
  }
}

/** Which blocks a cell fetches, and how they look like. `maps` outputs of `reducers` blocks each lie in the files. */
final class Wanted(options: Map[String, String]) {
  private val app = options("app")
  private val shuffle = options("shuffle").toInt
  private val maps = options("maps").toInt
  private val reducers = options("reducers").toInt
  private val spread = options("layout") == "spread"
  val blocks: Int = options("blocks").toInt
  val blockBytes: Int = options("blockBytes").toInt
  val fetchBytes: Long = blocks.toLong * (Messages.CHUNK_HEAD_BYTES + blockBytes)

  /** The blocks of one map's output, or one block each of many maps' outputs. */
  def open(turn: Int): ByteBuffer =
    if (spread) Messages.fetch(app, shuffle, (0 until blocks).map(at => (turn * blocks + at) % maps), Seq(turn % reducers))
    else Messages.fetch(app, shuffle, Seq(turn % maps), 0 until blocks)

  def chunks(streamId: Long): ByteBuffer = Messages.chunkRequests(streamId, blocks)

  /** The first bytes of a block say where it lies. */
  def firstBytes(turn: Int): (Int, Int) = if (spread) (turn * blocks % maps, turn % reducers) else (turn % maps, 0)
}

/** One connection: asks for a stream, then for all of its chunks at once, and counts bytes until the last one is there. */
final class Client(val channel: SocketChannel, wire: Wire, wanted: Wanted, first: Int) {
  private val CHECKED_BYTES = Messages.CHUNK_HEAD_BYTES + 8
  private val head = ByteBuffer.allocate(64)
  private var isOpening = true
  private var remaining = 0L
  private var started = 0L
  private var turn = first * 7

  def ask(): Unit = {
    started = System.nanoTime()
    isOpening = true
    remaining = Messages.STREAM_HANDLE_BYTES
    head.clear().limit(Messages.STREAM_HANDLE_BYTES)
    wire.write(channel, wanted.open(turn))
  }

  def read(buffer: ByteBuffer, latencies: mutable.ArrayBuffer[Double]): Long = {
    val plain = wire.read(channel, buffer, head)
    val counted = if (isOpening) 0 else plain
    remaining -= plain
    require(remaining >= 0, "more has come than was asked for")
    if (isOpening && remaining == 0) {
      require(head.get(8) == 4 && head.get(21) == 3, s"no stream was opened: type ${head.get(8)}")
      isOpening = false
      remaining = wanted.fetchBytes
      val streamId = head.getLong(22)
      head.clear().limit(CHECKED_BYTES)
      wire.write(channel, wanted.chunks(streamId))
    } else if (!isOpening && remaining == 0) {
      val (map, reducer) = wanted.firstBytes(turn)
      require(head.get(8) == 1 && head.getInt(21) == map && head.getInt(25) == reducer, "another block has come")
      latencies += (System.nanoTime() - started) / 1e6
      turn += 1
      ask()
    }
    counted
  }
}
