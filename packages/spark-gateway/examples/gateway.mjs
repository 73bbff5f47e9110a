// A gateway between the drivers of a Spark and an embedded Mesos. SPARK_HOME names the Spark.
import { LocalCluster } from '@spark-mesos/mesos-local';
import { findSpark, SparkGateway } from '@spark-mesos/spark-gateway';

const { directory } = await findSpark(undefined, process.env);
const cluster = await LocalCluster.start({ agents: 1 });
const gateway = await SparkGateway.start({
  master: `${cluster.master.host}:${cluster.master.port}`,
  sparkHome: directory,
  observer: { waiting: (_, { sentence }) => console.log(sentence) },
});
console.log(`spark-submit --master ${gateway.url}`);
console.log(`${gateway.list().length} applications`); // each has an explanation of what it has and why no more
await gateway.close(); // ends every framework
await cluster.close();
