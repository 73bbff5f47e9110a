import { SparkGateway } from '../../src/index.ts';

/** Stands between the drivers of the Spark in this folder and a Mesos master. */
export async function openGateway(master: string, sparkHome: string): Promise<SparkGateway> {
  const gateway = await SparkGateway.start({
    master,
    sparkHome,
    observer: {
      executorLaunched: (application, executor) => console.log(application.name, executor.hostname),
      waiting: (_, report) => console.log(report.sentence),
    },
  });
  console.log(`spark-submit --master ${gateway.url}`);
  return gateway;
}
