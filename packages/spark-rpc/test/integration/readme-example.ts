import { ClassPath } from '@spark-mesos/java-serialization';
import { type Logger, MasterEndpoint, type MasterHandler } from '../../src/index.ts';

/** Listens for drivers of the Spark in this folder, started with --master spark://127.0.0.1:PORT. */
export async function listen(sparkHome: string, port: number, handler: MasterHandler, logger: Logger) {
  const classPath = await ClassPath.open(`${sparkHome}/jars`);
  const sparks = [{ name: sparkHome, classPath }];
  return MasterEndpoint.listen({ host: '127.0.0.1', port, sparks, handler, logger });
}
