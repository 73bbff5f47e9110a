export { FaultyStore } from './faulty-store.ts';
