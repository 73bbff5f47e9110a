export { ZooKeeperTestServer, type ZooKeeperTestServerOptions } from '@spark-mesos/durable-store/testing';
export { type FakeSession, FakeZooKeeper } from './fake-zookeeper.ts';
export { ManualClock } from './manual-clock.ts';
export { type ScriptedExchange, ScriptedMaster, type ScriptedRequest } from './scripted-master.ts';
