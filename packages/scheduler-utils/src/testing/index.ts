export { FakeClock } from './fake-clock.ts';
export { FakeSchedulerPort } from './fake-scheduler-port.ts';
export { makeOffer, makeStatus, type OfferSketch } from './messages.ts';
