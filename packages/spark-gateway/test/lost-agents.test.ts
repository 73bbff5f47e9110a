import { FakeClock } from '@spark-mesos/scheduler-utils/testing';
import { beforeEach, expect, test } from 'vitest';
import { LostAgents } from '../src/lost-agents.ts';

let clock: FakeClock;
let agents: LostAgents;
let told: unknown[][];

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  agents = new LostAgents({ clock, patienceMs: () => 30_000, lost: (...words) => told.push(words) });
});

const ranOn = () => agents.ranOn({ agentId: 'a', hostname: 'host-a' });

test('an agent that failed is lost when it has been away for as long as its executors may be', () => {
  ranOn();
  agents.failed('a');
  clock.advance(20_000);
  agents.failed('a');
  clock.advance(9_999);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([['a', 'host-a']]);
});

test('it is told once, and again only when it had an executor in between', () => {
  ranOn();
  agents.failed('a');
  clock.advance(30_000);
  agents.failed('a');
  clock.advance(30_000);
  expect(told).toHaveLength(1);
  ranOn();
  agents.failed('a');
  clock.advance(30_000);
  expect(told).toHaveLength(2);
});

test('one that is offered, or has an executor, meanwhile is not lost', () => {
  ranOn();
  agents.failed('a');
  const offer = { id: { value: 'o' }, frameworkId: { value: 'f' }, hostname: 'host-a' };
  agents.offered([{ ...offer, agentId: { value: 'b' } }]);
  agents.offered([{ ...offer, agentId: { value: 'a' } }]);
  agents.failed('a');
  ranOn();
  clock.advance(60_000);
  expect(told).toEqual([]);
});

test('one that an executor was lost with is lost a moment later, so that others of it come first', () => {
  ranOn();
  agents.failed('a');
  agents.gone('a');
  clock.advance(999);
  agents.gone('a');
  clock.advance(999);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([['a', 'host-a']]);
});

test('one that never had an executor of the application is of no interest', () => {
  agents.failed('a');
  agents.gone('a');
  clock.advance(60_000);
  expect(told).toEqual([]);
});

test('nothing is told, and no time waited for, after the end', () => {
  ranOn();
  agents.failed('a');
  agents.close();
  agents.failed('a');
  clock.advance(60_000);
  expect(told).toEqual([]);
});
