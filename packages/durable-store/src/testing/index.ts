export { FakeEnsemble, FakeEnsembleSession, type FakeFault, type FakeRequest } from './fake-ensemble.ts';
export { ZooKeeperTestServer, type ZooKeeperTestServerOptions } from './zookeeper-server.ts';
