import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/**
 * Spark's own network classes as a client and a server that echoes. Reads one command a line and answers with one:
 * `ask PORT SECRET key=value…` → `ok` or `error …`; `serve SECRET key=value…` → `port N`; `has CLASS METHOD` → `true`.
 */
public class SecurityProbe {
  static class Echo extends RpcHandler {
    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      byte[] copy = new byte[message.remaining()];
      message.get(copy);
      callback.onSuccess(ByteBuffer.wrap(copy));
    }

    @Override
    public StreamManager getStreamManager() {
      return new OneForOneStreamManager();
    }
  }

  static SecretKeyHolder holder(String secret) {
    return new SecretKeyHolder() {
      @Override
      public String getSaslUser(String appId) {
        return "sparkSaslUser";
      }

      @Override
      public String getSecretKey(String appId) {
        return secret;
      }
    };
  }

  static TransportConf conf(String[] words, int from) {
    Map<String, String> settings = new HashMap<>();
    for (int index = from; index < words.length; index += 1) {
      String[] pair = words[index].split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    try {
      // Spark 4 wants to be told for which module TLS is.
      return TransportConf.class
          .getConstructor(String.class, org.apache.spark.network.util.ConfigProvider.class)
          .newInstance("rpc", new MapConfigProvider(settings));
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
  }

  static String ask(String[] words) throws Exception {
    TransportConf conf = conf(words, 3);
    boolean authenticate = !words[2].equals("-");
    List<TransportClientBootstrap> bootstraps =
        authenticate ? List.of(new AuthClientBootstrap(conf, "sparkSaslUser", holder(words[2]))) : List.of();
    TransportContext context = new TransportContext(conf, new Echo());
    try (var factory = context.createClientFactory(bootstraps);
        TransportClient client = factory.createClient("127.0.0.1", Integer.parseInt(words[1]))) {
      for (int size : new int[] {1, 0, 1000, 32752, 32731, 65536, 300_000, 3_000_000}) {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        ByteBuffer answer = client.sendRpcSync(ByteBuffer.wrap(body), 20_000);
        byte[] echoed = new byte[answer.remaining()];
        answer.get(echoed);
        if (!Arrays.equals(body, echoed)) return "error " + size + " bytes came back otherwise";
      }
      return "ok";
    }
  }

  static String serve(String[] words) {
    TransportConf conf = conf(words, 2);
    boolean authenticate = !words[1].equals("-");
    List<TransportServerBootstrap> bootstraps =
        authenticate ? List.of(new AuthServerBootstrap(conf, holder(words[1]))) : List.of();
    TransportContext context = new TransportContext(conf, new Echo());
    return "port " + context.createServer("127.0.0.1", 0, bootstraps).getPort();
  }

  static String has(String[] words) {
    try {
      return String.valueOf(
          Arrays.stream(Class.forName("org.apache.spark.network." + words[1]).getDeclaredMethods())
              .anyMatch(method -> method.getName().equals(words[2])));
    } catch (ReflectiveOperationException error) {
      return "false";
    }
  }

  static String causes(Throwable error) {
    StringBuilder text = new StringBuilder("error");
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      text.append(' ').append(String.valueOf(cause).replace('\n', ' '));
    }
    return text.toString();
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      String answer;
      try {
        if (words[0].equals("has")) answer = has(words);
        else answer = words[0].equals("ask") ? ask(words) : serve(words);
      } catch (Throwable error) {
        answer = causes(error);
      }
      System.out.println("> " + answer);
    }
    System.exit(0);
  }
}
