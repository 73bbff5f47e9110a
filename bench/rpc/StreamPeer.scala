// The peer of the bench: Java's own object streams on a warm JVM, with the classes of Spark, read as Spark reads them.

import java.io._
import java.nio.file.{Files, Paths}

import scala.collection.mutable

object StreamPeer {
  private val loader = getClass.getClassLoader
  private val bytes = mutable.Map[String, Array[Array[Byte]]]()
  private val objects = mutable.Map[String, Array[AnyRef]]()

  def main(words: Array[String]): Unit = {
    answer("ready")
    for (line <- scala.io.Source.stdin.getLines()) answer(obey(line.split(" ").toList))
    System.exit(0)
  }

  private def answer(text: String): Unit = { println(s"bench $text"); System.out.flush() }

  private def obey(words: List[String]): String = words match {
    case List("load", name, file) =>
      bytes(name) = messages(file)
      objects(name) = bytes(name).map(decode)
      s"${bytes(name).length}"
    case List("decode", name, count) => timed(count.toInt, bytes(name))(decode)
    case List("encode", name, count) => timed(count.toInt, objects(name))(encode)
    case List("same", name, file) =>
      val theirs = messages(file).map(decode)
      val differing = objects(name).zip(theirs).find { case (one, other) => one.toString != other.toString }
      if (theirs.length != objects(name).length) s"${theirs.length} of ${objects(name).length}"
      else differing.map { case (one, other) => s"$one is $other" }.getOrElse("same")
  }

  /** Each behind its length in four bytes. */
  private def messages(file: String): Array[Array[Byte]] = {
    val input = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(Paths.get(file))))
    val found = mutable.ArrayBuffer[Array[Byte]]()
    while (input.available() > 0) {
      val message = new Array[Byte](input.readInt())
      input.readFully(message)
      found += message
    }
    found.toArray
  }

  private def timed[A](count: Int, from: Array[A])(work: A => Any): String = {
    var seen = 0
    val started = System.nanoTime()
    for (index <- 0 until count) if (work(from(index % from.length)) != null) seen += 1
    val took = System.nanoTime() - started
    require(seen == count)
    took.toString
  }

  private def decode(message: Array[Byte]): AnyRef = {
    val input = new ObjectInputStream(new ByteArrayInputStream(message)) {
      override def resolveClass(description: ObjectStreamClass): Class[_] =
        Class.forName(description.getName, false, loader)
    }
    input.readObject()
  }

  private def encode(message: AnyRef): Array[Byte] = {
    val bytes = new ByteArrayOutputStream()
    val output = new ObjectOutputStream(bytes)
    output.writeObject(message)
    output.close()
    bytes.toByteArray
  }
}
