// Offers to executors: how many offers a second are decided on, ours against Spark 3.5's own coarse backend for
// Mesos, which is given the same offers on a warm JVM in the same run. Parsing is on neither side's clock. What both
// decide is compared offer by offer: a single difference ends the bench.

import { step } from '../../scripts/support/progress.mjs';
import { alternate, measured, row } from '../harness.mjs';
import { decodedOffers, encodedOffers } from './offers.mjs';
import { decide, decisions } from './ours.mjs';
import { PEER_LIMIT_MS, startPeer } from './peer.mjs';

const LARGEST = 100_000;
const WHOLE = { sizes: [100, 1000, 10_000, LARGEST], running: [0, 10_000] };
const QUICK = { sizes: [1000, 10_000], running: [0] };
const WARM_UP_MS = 1500;
const SHOWN_DIFFERENCES = 5;

/** Linear is 1; a quarter more is for the memory that so many launches at once need. */
const FLAT_GOAL = 0.8;
const FEW = 1000;

/**
 * What is wanted in each kind. `goal` is how many times as fast as the peer we mean to be.
 * @type {readonly { kind: string, words: string, launches: boolean, wish: (running: number) => { coresMax: number | undefined, limit: number | undefined }, goal: (size: number) => number }[]}
 */
const KINDS = [
  {
    kind: 'i',
    words: '100 executors wanted',
    launches: true,
    wish: (running) => ({ coresMax: 2 * (running + 100), limit: undefined }),
    goal: () => 1,
  },
  {
    kind: 'ii',
    words: 'all that match filled',
    launches: true,
    wish: () => ({ coresMax: undefined, limit: undefined }),
    goal: (size) => (size === 10_000 ? 20 : 1),
  },
  {
    kind: 'iii',
    words: 'cores.max reached',
    launches: false,
    wish: (running) => ({ coresMax: running === 0 ? 1 : 2 * running, limit: undefined }),
    goal: () => 1,
  },
  {
    kind: 'iv',
    words: 'executor limit reached',
    launches: false,
    wish: (running) => ({ coresMax: undefined, limit: running }),
    // The peer looks at nothing and calls a driver that does nothing; we write each offer into the call.
    goal: () => 0.3,
  },
];

/** How often in a row, so that a measurement is no shorter than clocks can tell. @param {number} size */
const timesOf = (size) => Math.max(1, Math.min(10, 2000 / size));
/** @param {number} size */
const roundsOf = (size) => (size >= 10_000 ? 3 : 5);

/** Whether this bench needs the newest Spark; it fetches the one that it needs. */
export const needsSpark = false;

/** @param {{ quick: boolean }} options @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measure({ quick }) {
  const plan = quick ? QUICK : WHOLE;
  const { offers, busyOffers, peer } = await step('Starting the peer', async () => {
    const free = encodedOffers('free', LARGEST);
    const busy = encodedOffers('busy', Math.max(...plan.running));
    const started = await startPeer({ free, busy });
    return { offers: decodedOffers(free), busyOffers: decodedOffers(busy), peer: started };
  });
  /** @type {import('../harness.mjs').Row[]} */
  const rows = [];
  try {
    for (const running of plan.running) {
      for (const kind of KINDS) {
        const wish = kind.wish(running);
        const name = `${kind.kind}-${running}`;
        const scenario = { ...wish, running: busyOffers.slice(0, running) };
        await step(title(kind, scenario, 'both sides in turn'), async () => {
          await peer.scenario(name, { ...wish, running });
          await warmUp(peer, name, scenario, offers);
          for (const size of plan.sizes) {
            rows.push(await compare({ peer, name, kind, scenario, offers: offers.slice(0, size) }));
          }
          rows.push(await flatness({ kind, scenario, offers }));
        });
      }
    }
  } finally {
    await peer.close();
  }
  return rows;
}

/** @typedef {Awaited<ReturnType<typeof startPeer>>} Peer */
/** @typedef {Parameters<typeof decide>[0]} Scenario */
/** @typedef {import('./ours.mjs').Offer} Offer */

/** @param {Peer} peer @param {string} name @param {Scenario} scenario @param {readonly Offer[]} offers */
async function warmUp(peer, name, scenario, offers) {
  const some = offers.slice(0, 1000);
  for (const run of [() => decide(scenario, some, 1), () => peer.run(name, some.length, 1)]) {
    const untilMs = performance.now() + WARM_UP_MS;
    while (performance.now() < untilMs) await run();
  }
}

/** @param {{ kind: string, words: string }} kind @param {Scenario} scenario @param {string} rest */
function title({ kind, words }, scenario, rest) {
  const executors = scenario.running.length === 0 ? 'none' : scenario.running.length;
  return `${kind}: ${words}, ${executors} running, ${rest}`;
}

/**
 * One line: both sides in turn, and what they decided held against each other.
 * @param {{ peer: Peer, name: string, kind: typeof KINDS[number], scenario: Scenario, offers: readonly Offer[] }} options
 */
async function compare({ peer, name, kind, scenario, offers }) {
  const size = offers.length;
  const times = timesOf(size);
  const perSecond = (/** @type {number} */ tookMs) => (size * times * 1000) / tookMs;
  const first = await peer.run(name, size, 1);
  const decided = decide(scenario, offers, 1);
  const common = { unit: 'offers/s', better: /** @type {const} */ ('more'), goal: kind.goal(size) };
  if (first.gaveUp) {
    const values = Array.from({ length: roundsOf(size) }, () => decide(scenario, offers, 1).tookMs);
    const limit = `peer given up after ${PEER_LIMIT_MS / 1000} s: it is slower than this, its decisions unknown`;
    return row({
      ...common,
      scenario: title(kind, scenario, `${size} offers, against Spark 3.5 (${limit})`),
      ours: measured(values.map((tookMs) => (size * 1000) / tookMs)),
      peer: measured([(size * 1000) / first.tookMs]),
    });
  }
  assertSame(title(kind, scenario, `${size} offers`), {
    ours: decisions(decided.effects, offers),
    peer: await peer.decisions(name, size),
  });
  const sides = await alternate({
    rounds: roundsOf(size),
    ours: async () => perSecond(decide(scenario, offers, times).tookMs),
    peer: async () => perSecond((await peer.run(name, size, times)).tookMs),
  });
  return row({ ...common, scenario: title(kind, scenario, `${size} offers, against Spark 3.5`), ...sides });
}

/**
 * Ends the bench if a decision differs.
 * @param {string} what
 * @param {{ ours: readonly string[], peer: readonly string[] }} sides
 */
function assertSame(what, { ours, peer }) {
  const differences = ours.flatMap((line, index) =>
    line === peer[index] ? [] : [`  ours: ${line}\n  peer: ${peer[index]}`],
  );
  if (differences.length === 0 && ours.length === peer.length) return;
  throw new Error(
    `${what}: ${differences.length} of ${ours.length} decisions differ, the first of them\n` +
      differences.slice(0, SHOWN_DIFFERENCES).join('\n'),
  );
}

/**
 * What an offer costs us among the most, against the same among 1,000. The thousands are others each time, so that
 * the processor's caches, which hold 1,000 offers and not 100,000, help neither side.
 * @param {{ kind: typeof KINDS[number], scenario: Scenario, offers: readonly Offer[] }} options
 */
async function flatness({ kind, scenario, offers }) {
  const events = 10;
  const step = offers.length / events;
  const sides = await alternate({
    rounds: kind.launches ? 3 : 9,
    ours: async () => (decide(scenario, offers, 1).tookMs / offers.length) * 1000,
    peer: async (round) => {
      let tookMs = 0;
      for (let event = 0; event < events; event += 1) {
        const from = event * step + round * FEW;
        tookMs += decide(scenario, offers.slice(from, from + FEW), 1).tookMs;
      }
      return (tookMs / events / FEW) * 1000;
    },
  });
  return row({
    scenario: title(kind, scenario, `our cost of an offer among ${offers.length}, against ${FEW}`),
    unit: 'µs',
    ...sides,
    better: 'less',
    goal: FLAT_GOAL,
  });
}
