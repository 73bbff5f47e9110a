export { mesos } from './generated/mesos.js';
