import { mkdir, writeFile } from 'node:fs/promises';

/** By itself `spark-submit --status` tells what it has learnt to nobody: its log begins at WARN. */
const TELLS_STATUS = `rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %m%n
logger.submit.name = org.apache.spark.deploy.SparkSubmit
logger.submit.level = info
logger.rest.name = org.apache.spark.deploy.rest
logger.rest.level = info
`;

/** Makes a SPARK_CONF_DIR with which `spark-submit --status` logs the answer that it gets. */
export async function confThatTellsStatus(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/log4j2.properties`, TELLS_STATUS);
  return folder;
}
