// What the load generator says and hears, and the ways to hide it. Of what is hidden it opens only what it has to look
// at: the start of an answer, and of SASL's messages so much as tells how long they are.

import java.math.BigInteger
import java.nio.ByteBuffer
import java.nio.channels.SocketChannel
import java.nio.charset.StandardCharsets.UTF_8
import java.security.{KeyFactory, KeyPairGenerator, MessageDigest, SecureRandom}
import java.security.spec.X509EncodedKeySpec
import java.util.{Arrays, Base64}
import javax.crypto.{Cipher, KeyAgreement, Mac}
import javax.crypto.spec.{GCMParameterSpec, IvParameterSpec, SecretKeySpec}

object Messages {
  val STREAM_HANDLE_BYTES = 34
  val CHUNK_HEAD_BYTES = 21

  def fetch(app: String, shuffle: Int, maps: Seq[Int], reducers: Seq[Int]): ByteBuffer = rpc { out =>
    out.put(9.toByte)
    text(out, app)
    text(out, "0")
    out.putInt(shuffle).putInt(maps.length)
    maps.foreach(map => out.putLong(map))
    out.putInt(maps.length)
    for (_ <- maps) {
      out.putInt(reducers.length)
      reducers.foreach(reducer => out.putInt(reducer))
    }
    out.put(0.toByte)
  }

  def registerExecutor(app: String, executor: String, directory: String): ByteBuffer = rpc { out =>
    out.put(2.toByte)
    text(out, app)
    text(out, executor)
    out.putInt(1)
    text(out, directory)
    out.putInt(64)
    text(out, "org.apache.spark.shuffle.sort.SortShuffleManager")
  }

  def chunkRequests(streamId: Long, count: Int): ByteBuffer = {
    val out = ByteBuffer.allocate(21 * count)
    for (index <- 0 until count) out.putLong(21).put(0.toByte).putLong(streamId).putInt(index)
    out.flip()
    out
  }

  def rpc(body: ByteBuffer => Unit): ByteBuffer = {
    val out = ByteBuffer.allocate(64 * 1024)
    out.position(21)
    body(out)
    out.flip()
    out.putLong(0, out.limit()).put(8, 3.toByte).putLong(9, 1L).putInt(17, out.limit() - 21)
    out
  }

  def text(out: ByteBuffer, value: String): Unit = {
    val bytes = value.getBytes(UTF_8)
    out.putInt(bytes.length).put(bytes)
  }

  def write(channel: SocketChannel, bytes: ByteBuffer): Unit = while (bytes.hasRemaining) channel.write(bytes)

  def readFully(channel: SocketChannel, count: Int): ByteBuffer = {
    val bytes = ByteBuffer.allocate(count)
    while (bytes.hasRemaining) require(channel.read(bytes) >= 0, "the service has closed a connection")
    bytes.flip()
    bytes
  }

  /** Asks and takes the answer's body, while nothing else is under way. */
  def ask(channel: SocketChannel, body: Array[Byte]): Array[Byte] = {
    write(channel, rpc(_.put(body)))
    val head = readFully(channel, 21)
    val rest = readFully(channel, (head.getLong(0) - 21).toInt).array()
    require(head.get(8) == 4, s"the service refuses: ${new String(rest, UTF_8).take(200)}")
    rest
  }
}

/** What lies between a connection's bytes and its frames. */
trait Wire {
  def write(channel: SocketChannel, plain: ByteBuffer): Unit
  /** How many plain bytes have come; the first ones of them are put into `head` for as long as it has room. */
  def read(channel: SocketChannel, buffer: ByteBuffer, head: ByteBuffer): Int
}

object Wire {
  private val random = new SecureRandom()

  def open(channel: SocketChannel, mode: String, app: String, secret: String): Wire = mode match {
    case "plain" => new PlainWire
    case "crypto" => authEngine(channel, app, secret)
    case "sasl" => digest(channel, app, secret)
  }

  /** How much has come; at most what fits into the buffer. */
  def receive(channel: SocketChannel, buffer: ByteBuffer): Int = {
    val count = channel.read(buffer)
    require(count >= 0, "the service has closed a connection")
    count
  }

  /** AuthEngine, version 1: X25519, hidden from those who do not know the secret. */
  private def authEngine(channel: SocketChannel, app: String, secret: String): Wire = {
    val pair = KeyPairGenerator.getInstance("X25519").generateKeyPair()
    val salt = bytesOf(16)
    val iv = bytesOf(12)
    val additional = app.getBytes(UTF_8) ++ salt
    val challenge = ByteBuffer.allocate(256)
    challenge.put(0xfb.toByte)
    Messages.text(challenge, app)
    val sealedKey = iv ++ gcm(Cipher.ENCRYPT_MODE, hkdf(secret.getBytes(UTF_8), salt, additional), iv, additional,
      pair.getPublic.getEncoded.takeRight(32))
    challenge.putInt(salt.length).put(salt).putInt(sealedKey.length).put(sealedKey)
    val asked = Arrays.copyOf(challenge.array(), challenge.position())
    val answer = Messages.ask(channel, asked)
    val reader = ByteBuffer.wrap(answer, 1, answer.length - 1)
    val Seq(answerApp, answerSalt, answerKey) = Seq.fill(3) {
      val part = new Array[Byte](reader.getInt())
      reader.get(part)
      part
    }
    val answerAdditional = answerApp ++ answerSalt ++ asked
    val key = gcm(Cipher.DECRYPT_MODE, hkdf(secret.getBytes(UTF_8), answerSalt, answerAdditional),
      answerKey.take(12), answerAdditional, answerKey.drop(12))
    val agreement = KeyAgreement.getInstance("X25519")
    agreement.init(pair.getPrivate)
    val prefix = pair.getPublic.getEncoded.dropRight(32)
    agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(prefix ++ key)), true)
    val shared = agreement.generateSecret()
    val transcript = asked ++ answer
    new CounterWire(shared, hkdf(shared, transcript, "inputIv".getBytes(UTF_8)), hkdf(shared, transcript, "outputIv".getBytes(UTF_8)))
  }

  /** SASL's DIGEST-MD5 with `auth-conf`, after RFC 2831. */
  private def digest(channel: SocketChannel, app: String, secret: String): Wire = {
    def step(token: String) = {
      val out = ByteBuffer.allocate(4096)
      out.put(0xea.toByte)
      Messages.text(out, app)
      Messages.text(out, token)
      new String(Messages.ask(channel, Arrays.copyOf(out.array(), out.position())), UTF_8)
    }
    val nonce = """nonce="([^"]+)"""".r.findFirstMatchIn(step("")).get.group(1)
    val own = Base64.getEncoder.encodeToString(bytesOf(30))
    def encoded(value: String) = Base64.getEncoder.encodeToString(value.getBytes(UTF_8))
    val user = encoded("sparkSaslUser")
    val session = md5(md5(s"$user:default:${encoded(secret)}".getBytes(UTF_8)) ++ s":$nonce:$own".getBytes(UTF_8))
    val actions = hex(md5(s"AUTHENTICATE:null/default:${"0" * 32}".getBytes(UTF_8)))
    val proof = hex(md5(s"${hex(session)}:$nonce:00000001:$own:auth-conf:$actions".getBytes(UTF_8)))
    step(s"""charset=utf-8,username="$user",realm="default",nonce="$nonce",nc=00000001,cnonce="$own",""" +
      s"""digest-uri="null/default",maxbuf=65536,response=$proof,qop=auth-conf,cipher="3des"""")
    new SaslWire(session)
  }

  def md5(bytes: Array[Byte]): Array[Byte] = MessageDigest.getInstance("MD5").digest(bytes)
  private def hex(bytes: Array[Byte]) = bytes.map(byte => f"${byte & 0xff}%02x").mkString
  private def bytesOf(count: Int) = { val bytes = new Array[Byte](count); random.nextBytes(bytes); bytes }

  private def gcm(mode: Int, key: Array[Byte], iv: Array[Byte], additional: Array[Byte], text: Array[Byte]) = {
    val cipher = Cipher.getInstance("AES/GCM/NoPadding")
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv))
    cipher.updateAAD(additional)
    cipher.doFinal(text)
  }

  private def hkdf(secret: Array[Byte], salt: Array[Byte], info: Array[Byte]) =
    mac("HmacSHA256", mac("HmacSHA256", salt, secret), info ++ Array[Byte](1)).take(16)

  def mac(name: String, key: Array[Byte], bytes: Array[Byte]): Array[Byte] = {
    val mac = Mac.getInstance(name)
    mac.init(new SecretKeySpec(key, name))
    mac.doFinal(bytes)
  }
}

final class PlainWire extends Wire {
  def write(channel: SocketChannel, plain: ByteBuffer): Unit = Messages.write(channel, plain)

  def read(channel: SocketChannel, buffer: ByteBuffer, head: ByteBuffer): Int = {
    buffer.clear()
    val count = Wire.receive(channel, buffer)
    buffer.flip()
    while (head.hasRemaining && buffer.hasRemaining) head.put(buffer.get())
    count
  }
}

/** AES-CTR: a byte stays a byte, and each place of the key stream can be reached without those before it. */
final class CounterWire(key: Array[Byte], inputIv: Array[Byte], outputIv: Array[Byte]) extends Wire {
  private val writing = cipherAt(outputIv, 0)
  private var offset = 0L

  def write(channel: SocketChannel, plain: ByteBuffer): Unit =
    Messages.write(channel, ByteBuffer.wrap(writing.update(plain.array(), 0, plain.limit())))

  def read(channel: SocketChannel, buffer: ByteBuffer, head: ByteBuffer): Int = {
    buffer.clear()
    val count = Wire.receive(channel, buffer)
    buffer.flip()
    val looked = new Array[Byte](math.min(head.remaining, count))
    if (looked.length > 0) {
      buffer.get(looked)
      head.put(cipherAt(inputIv, offset).update(looked))
    }
    offset += count
    count
  }

  private def cipherAt(iv: Array[Byte], offset: Long): Cipher = {
    val counter = new BigInteger(1, iv).add(BigInteger.valueOf(offset / 16)).toByteArray
    val cipher = Cipher.getInstance("AES/CTR/NoPadding")
    val block = (new Array[Byte](16) ++ counter).takeRight(16)
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(block))
    cipher.update(new Array[Byte]((offset % 16).toInt))
    cipher
  }
}

/** Messages in 3DES: the end of each one tells how long it is, and its start can be read behind the end of the last one. */
final class SaslWire(session: Array[Byte]) extends Wire {
  private val (outgoing, outgoingIv, signing) = keys("client", "server")
  private val (incoming, incomingIv, _) = keys("server", "client")
  private val writing = cipherOf(Cipher.ENCRYPT_MODE, outgoing, outgoingIv)
  private val reading = Cipher.getInstance("DESede/CBC/NoPadding")
  private val pending = ByteBuffer.allocateDirect(512 * 1024)
  private var before = incomingIv
  private var sent = 0

  def write(channel: SocketChannel, plain: ByteBuffer): Unit = {
    val bytes = Arrays.copyOf(plain.array(), plain.limit())
    val padding = 8 - (bytes.length + 10) % 8
    val number = ByteBuffer.allocate(4).putInt(sent).array()
    val sealedBytes = writing.update(
      bytes ++ Array.fill(padding)(padding.toByte) ++ Wire.mac("HmacMD5", signing, number ++ bytes).take(10))
    val out = ByteBuffer.allocate(8 + sealedBytes.length + 6)
    out.putLong(out.capacity).put(sealedBytes).putShort(1).putInt(sent).flip()
    sent += 1
    Messages.write(channel, out)
  }

  def read(channel: SocketChannel, buffer: ByteBuffer, head: ByteBuffer): Int = {
    Wire.receive(channel, pending)
    pending.flip()
    var plain = 0
    while (pending.remaining >= 8 && pending.remaining >= pending.getLong(pending.position())) {
      val start = pending.position()
      val length = pending.getLong(start).toInt - 14
      plain += open(start + 8, length, head)
      pending.position(start + 14 + length)
    }
    pending.compact()
    plain
  }

  private def open(start: Int, length: Int, head: ByteBuffer): Int = {
    val end = decrypted(start + length - 16, 16, if (length == 16) before else bytesAt(start + length - 24, 8))
    val plain = length - 10 - end(5)
    if (head.hasRemaining) {
      val looked = math.min(plain, head.remaining)
      head.put(decrypted(start, (looked + 7) / 8 * 8, before), 0, looked)
    }
    before = bytesAt(start + length - 8, 8)
    plain
  }

  private def decrypted(start: Int, length: Int, iv: Array[Byte]) = {
    reading.init(Cipher.DECRYPT_MODE, new SecretKeySpec(incoming, "DESede"), new IvParameterSpec(iv))
    reading.update(bytesAt(start, length))
  }

  private def bytesAt(start: Int, length: Int) = {
    val bytes = new Array[Byte](length)
    pending.duplicate().position(start).asInstanceOf[ByteBuffer].get(bytes)
    bytes
  }

  private def keys(from: String, to: String) = {
    def derived(what: String) = Wire.md5(session ++ what.getBytes(UTF_8))
    val sealing = derived(s"Digest H(A1) to $from-to-$to sealing key magic constant")
    val signing = derived(s"Digest session key to $from-to-$to signing key magic constant")
    val first = spread(sealing.take(7))
    (first ++ spread(sealing.slice(7, 14)) ++ first, sealing.drop(8), signing)
  }

  /** 56 bits in groups of seven, each with room for a parity bit. */
  private def spread(bytes: Array[Byte]) = {
    val bits = new BigInteger(1, bytes).longValue
    Array.tabulate(8)(index => (((bits >> (49 - 7 * index)) & 0x7f) << 1).toByte)
  }

  private def cipherOf(mode: Int, key: Array[Byte], iv: Array[Byte]) = {
    val cipher = Cipher.getInstance("DESede/CBC/NoPadding")
    cipher.init(mode, new SecretKeySpec(key, "DESede"), new IvParameterSpec(iv))
    cipher
  }
}
