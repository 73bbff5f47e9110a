import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.util.HexFormat;

/** Reads an object stream per line, in hexadecimal, and says what Java and Scala make of it. */
public class AnswerProbe {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      byte[] bytes = HexFormat.of().parseHex(line);
      try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
        System.out.println(describe(stream.readObject()));
      }
    }
  }

  private static String describe(Object value) {
    if (value instanceof scala.Option<?> option) {
      // A second None would print alike and be not empty.
      return option.isEmpty() ? "empty" : "some " + describe(option.get());
    }
    if (value instanceof scala.Enumeration.Value constant) {
      boolean known = constant.equals(org.apache.spark.deploy.ExecutorState.withName(constant.toString()));
      return constant + (known ? "" : " (a stranger)");
    }
    if (value instanceof org.apache.spark.rpc.RpcEndpointRef) return value.toString();
    if (value instanceof scala.Product message) {
      StringBuilder text = new StringBuilder(message.productPrefix());
      for (int index = 0; index < message.productArity(); index++) {
        text.append(" | ").append(describe(message.productElement(index)));
      }
      return text.toString();
    }
    return String.valueOf(value);
  }
}
