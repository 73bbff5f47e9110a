// What the load generator could read at most: a server that answers every fetch with the same bytes, out of memory.

import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.channels.{ServerSocketChannel, SocketChannel}

object CannedSink {
  @volatile private var answers: ByteBuffer = _
  @volatile private var blocks = 0

  def main(words: Array[String]): Unit = {
    val server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))
    val accepting = new Thread(() => while (true) {
      val channel = server.accept()
      val serving = new Thread(() => try serve(channel) catch { case _: java.io.IOException => channel.close() })
      serving.setDaemon(true)
      serving.start()
    })
    accepting.setDaemon(true)
    accepting.start()
    answer("ready")
    for (line <- scala.io.Source.stdin.getLines()) {
      val Array(count, bytes) = line.split(" ").map(_.toInt)
      prepare(count, bytes)
      answer(s"${server.getLocalAddress.asInstanceOf[InetSocketAddress].getPort}")
    }
    System.exit(0)
  }

  private def answer(text: String): Unit = { println(s"bench $text"); System.out.flush() }

  private def prepare(count: Int, blockBytes: Int): Unit = {
    val canned = ByteBuffer.allocateDirect(count * (21 + blockBytes))
    for (index <- 0 until count) {
      val start = index * (21 + blockBytes)
      canned.putLong(start, 21L + blockBytes).put(start + 8, 1.toByte).putLong(start + 9, 7L).putInt(start + 17, index)
    }
    blocks = count
    answers = canned
  }

  /** A fetch is a request to open a stream and, after its answer, all requests for its chunks. */
  private def serve(channel: SocketChannel): Unit = {
    channel.socket().setTcpNoDelay(true)
    val handle = ByteBuffer.allocateDirect(34)
    handle.putLong(34).put(4.toByte).putLong(1).putInt(13).put(3.toByte).putLong(7).putInt(blocks).flip()
    while (true) {
      read(channel, read(channel, 8).getLong(0).toInt - 8)
      write(channel, handle.duplicate())
      read(channel, 21 * blocks)
      write(channel, answers.duplicate())
    }
  }

  private def read(channel: SocketChannel, count: Int): ByteBuffer = {
    val bytes = ByteBuffer.allocate(count)
    while (bytes.hasRemaining) if (channel.read(bytes) < 0) throw new java.io.IOException("closed")
    bytes
  }

  private def write(channel: SocketChannel, bytes: ByteBuffer): Unit = while (bytes.hasRemaining) channel.write(bytes)
}
