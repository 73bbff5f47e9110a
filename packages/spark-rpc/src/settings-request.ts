import { JavaObject, type JavaValue } from '@spark-mesos/java-serialization';
import { SparkRpcError } from './errors.ts';
import { decodeSparkAppConfig, SPARK_APP_CONFIG_CLASS } from './messages/spark-app-config.ts';
import { describeValue } from './scala/values.ts';

/** The settings in a driver's answer to RetrieveSparkAppConfig, `spark.*` only. */
export function settingsOf(answer: JavaValue): ReadonlyMap<string, string> {
  if (!(answer instanceof JavaObject) || answer.className !== SPARK_APP_CONFIG_CLASS) {
    throw new SparkRpcError(
      'SPARK_RPC_UNEXPECTED_VALUE',
      `a driver answers RetrieveSparkAppConfig with its settings, not with ${describeValue(answer)}`,
    );
  }
  const { sparkProperties } = decodeSparkAppConfig(answer);
  return new Map([...sparkProperties].filter(([key]) => key.startsWith('spark.')));
}
