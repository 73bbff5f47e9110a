export { attempt, FakeService, NOON, REQUEST, submission } from './fake-service.ts';
export { FaultyStore } from './faulty-store.ts';
