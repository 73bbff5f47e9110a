// A job from its submission to its end, and what came of it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../drill/dispatcher/client.mjs';
import { processesWith } from '../scripts/support/processes.mjs';
import { shellStatus } from '../scripts/support/run.mjs';
import { programOf, settingsOf } from './jobs.mjs';
import { wordsOf, wrongIn } from './work.mjs';
import { SPARK_MESOS } from './world.mjs';

/** A job that takes longer hangs. */
const LONGEST_JOB_MS = 240_000;
/** Processes and frameworks of a job may be there for so long after its end. */
const LEAVES_WITHIN_MS = 30_000;
const LOOK_MS = 200;
/** A dispatcher that was killed takes a while until it answers again. */
const LOOKS_FOR_SUBMISSION = 50;

/**
 * @typedef {import('./world.mjs').World} World
 * @typedef {import('./jobs.mjs').Job} Job
 * @typedef {import('./jobs.mjs').RunningJob} RunningJob
 * @typedef {import('./jobs.mjs').Outcome} Outcome
 */

/**
 * Submits it, waits for its end, and looks at what came of it.
 * @param {RunningJob} running
 * @param {World} world
 * @returns {Promise<Outcome>}
 */
export async function carryOut(running, world) {
  const { job } = running;
  const startedAt = Date.now();
  const folder = join(world.places.jobs, job.name);
  await mkdir(folder, { recursive: true });
  const wrong = await wrongWith(running, world, folder).catch((error) => String(error));
  const tookMs = Date.now() - startedAt;
  const leaks = await leaksOf(job, world);
  // What went wrong is kept for whoever looks into it.
  if (wrong === undefined && leaks.length === 0) await rm(folder, { recursive: true, force: true });
  return { job, tookMs, ...(wrong === undefined ? {} : { wrong }), leaks };
}

/**
 * @param {RunningJob} running
 * @param {World} world
 * @param {string} folder
 */
function wrongWith(running, world, folder) {
  const isCluster = running.job.kind.startsWith('cluster');
  return (isCluster ? inTheCluster : asAClient)(running, world, folder);
}

/**
 * @param {RunningJob} running
 * @param {World} world
 * @param {string} folder
 */
async function asAClient(running, world, folder) {
  const { job } = running;
  const ends = await runCommand(job, world, folder, [...programOf(job)]);
  // Whoever was killed has ended with that, unless it had just come to its end.
  if (running.driverKilled && ends.status !== 0) return undefined;
  if (ends.status !== 0) return `ended with ${ends.status}`;
  return wrongIn(job.work, ends.output);
}

/**
 * Runs the command that submits a job, to its end.
 * @param {Job} job
 * @param {World} world
 * @param {string} folder for its logs
 * @param {readonly string[]} program
 */
async function runCommand(job, world, folder, program) {
  const { mesos, gatewayUrl, dispatcherUrl, environment } = world;
  const ownGateway = job.kind.startsWith('client');
  const clusterUrl = dispatcherUrl.replace('http:', 'spark:');
  const way = /** @type {'client' | 'gateway' | 'cluster'} */ (job.kind.split(' ')[0]);
  const masterOf = { client: mesos.master, gateway: gatewayUrl, cluster: clusterUrl };
  const settings = {
    ...settingsOf(job, world),
    ...(way === 'cluster' ? { 'spark.master.rest.enabled': String(job.kind === 'cluster REST') } : {}),
  };
  const words = [
    ...['--master', masterOf[way]],
    ...(way === 'cluster' ? ['--deploy-mode', 'cluster', '--supervise'] : []),
    ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    ...program,
  ];
  const [command, ...before] = ownGateway
    ? [process.execPath, SPARK_MESOS, 'submit']
    : [join(job.sparkHome, 'bin', 'spark-submit')];
  const child = spawn(command, [...before, ...words], {
    cwd: folder,
    env: { ...environment, SPARK_HOME: job.sparkHome, SPARK_LOCAL_DIRS: folder, SOAK_JOB: job.name },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(folder, 'stderr'));
  child.stderr.pipe(log);
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_JOB_MS);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { status: shellStatus(code, signal), output };
}

/**
 * @param {RunningJob} running
 * @param {World} world
 * @param {string} folder
 */
async function inTheCluster(running, world, folder) {
  const { job } = running;
  const deadline = Date.now() + LONGEST_JOB_MS;
  const isOver = () => Date.now() > deadline;
  const client = new Client(() => world.services.dispatcher.url && world.dispatcherUrl, isOver);
  const id = await (isByApi(job)
    ? submitByApi(job, world, client)
    : submitByCommand(job, world, folder, client));
  if (id === undefined) return undefined;
  const kill = job.kind === 'cluster killed';
  if (kill) {
    await delay(job.killAfterMs);
    await client.kill(id);
  }
  for (;;) {
    const { state, finalState, message } = await client.read(id);
    if (state !== 'finished') {
      if (isOver()) return `is still ${state}`;
      await delay(LOOK_MS);
      continue;
    }
    // A kill may come too late.
    if (kill && finalState === 'KILLED') return undefined;
    if (finalState !== 'FINISHED') return `is ${finalState}: ${message}`;
    const log = await client.log(id);
    return wrongIn(job.work, log);
  }
}

/** @param {Job} job */
const isByApi = ({ kind }) => kind === 'cluster API' || kind === 'cluster killed';

/**
 * @param {Job} job
 * @param {World} world
 * @param {Client} client
 */
async function submitByApi(job, world, client) {
  const body = {
    appResource: `file:${job.jar}`,
    mainClass: 'org.sparkmesos.soak.SoakJob',
    arguments: wordsOf(job.work),
    properties: { ...settingsOf(job, world), 'spark.mesos.executor.home': job.sparkHome },
    environment: {},
  };
  const { id } = await client.submit({ ...NO_DRILL, name: job.name }, body);
  if (id === undefined) throw new Error('it was accepted without an id');
  return id;
}

/** What a job of the drill has and this one does not need. */
const NO_DRILL = /** @type {const} */ ({
  what: 'end',
  protocol: 'v2',
  seconds: 0,
  afterMs: 0,
  killAfterMs: 0,
});

/**
 * With Spark's own command, which asks once. What the dispatcher has taken tells the dispatcher: an answer may be lost.
 * @param {Job} job
 * @param {World} world
 * @param {string} folder
 * @param {Client} client
 * @returns {Promise<string | undefined>} nothing where it was killed while it was asked, and has not taken it
 */
async function submitByCommand(job, world, folder, client) {
  const { dispatcher } = world.services;
  const killsBefore = dispatcher.kills;
  const wasAway = dispatcher.url === undefined;
  const { status } = await runCommand(job, world, folder, programOf(job));
  const isHere = () => client.list().then((all) => all?.find(({ name }) => name === job.name));
  for (let tries = 0; tries < LOOKS_FOR_SUBMISSION; tries += 1) {
    const found = await isHere();
    if (found !== undefined) return found.id;
    await delay(LOOK_MS);
  }
  if (wasAway || dispatcher.kills > killsBefore) return undefined;
  throw new Error(`spark-submit ended with ${status}, and the dispatcher knows of no ${job.name}`);
}

/**
 * Whatever of a job is still there some time after its end.
 * @param {Job} job
 * @param {World} world
 */
async function leaksOf({ name }, { mesos }) {
  const deadline = Date.now() + LEAVES_WITHIN_MS;
  for (;;) {
    const processes = processesWith(name);
    const frameworks = (await mesos.frameworksNamed(name)).filter(({ isActive }) => isActive);
    if (processes.length + frameworks.length === 0) return [];
    if (Date.now() < deadline) {
      await delay(LOOK_MS);
      continue;
    }
    for (const { pid } of processes) process.kill(pid, 'SIGKILL');
    return [
      ...processes.map(({ pid, commandLine }) => `process ${pid} ${commandLine.slice(0, 150)}`),
      ...frameworks.map(({ id }) => `framework ${id}`),
    ];
  }
}
