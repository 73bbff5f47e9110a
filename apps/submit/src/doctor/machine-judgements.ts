import { isIP } from 'node:net';
import { checkJava, type JavaRuntime } from '../java.ts';
import type { SparkFacts } from '../spark-facts.ts';
import { type Judgement, ok, problem, skipped, warning } from './finding.ts';
import type { HostFacts, PortFacts, PythonFacts, SparkFound } from './machine-probes.ts';
import type { Probed } from './within.ts';

/** The Spark that would run. */
export function judgeSpark(spark: Probed<SparkFound>): Judgement {
  if (spark.kind !== 'found')
    return problem(spark.kind === 'late' ? `the search for a Spark ${spark.message}` : spark.message);
  const { home, facts } = spark.facts;
  return ok(`${nameOf(facts)} is in ${home.directory} (found by ${home.foundBy})`);
}

/** Its Java. `opened`: whether the user opens Java's modules by hand. */
export function judgeJava(
  java: Probed<JavaRuntime>,
  spark: SparkFacts | undefined,
  opened: boolean,
): Judgement {
  if (java.kind !== 'found') return problem(java.kind === 'late' ? `java ${java.message}` : java.message);
  const { major, home, foundBy } = java.facts;
  const what = `Java ${major} is in ${home} (found by ${foundBy})`;
  if (spark === undefined) return ok(what);
  try {
    checkJava(java.facts, spark, opened);
  } catch (error) {
    return problem((error as Error).message);
  }
  return ok(`${what}; ${nameOf(spark)} runs on it`);
}

/** Python, which only programs in Python need. */
export function judgePython(python: Probed<PythonFacts>, isNeeded: boolean): Judgement {
  const bad = isNeeded ? problem : warning;
  const cure = 'set PYSPARK_PYTHON to a Python that this Spark supports; only programs in Python need it';
  if (python.kind !== 'found') return bad(`Python ${python.message}`, cure);
  const { program, version, pyspark, reason = 'it does not say why' } = python.facts;
  if (version === undefined) return bad(`${program} does not run: ${reason}`, cure);
  const what = `${program} is Python ${version}`;
  if (pyspark === undefined) return bad(`${what}, and does not import pyspark: ${reason}`, cure);
  return ok(`${what}, and imports pyspark ${pyspark}`);
}

/** The settings as far as they are known before the program runs. */
export function judgeSettings(
  problems: readonly { readonly message: string }[],
  warnings: readonly string[],
): Judgement {
  if (problems.length > 0) return problem(problems.map(({ message }) => message).join('; '));
  return warnings.length > 0 ? warning(warnings.join('; ')) : ok('all can be read');
}

/** The driver's address. `isLocal`: the master, and so perhaps every agent, is on this machine. */
export function judgeHost(host: Probed<HostFacts>, isLocal: boolean): Judgement {
  const cure =
    'set SPARK_LOCAL_IP, or spark.driver.host, to an address of this machine that the agents reach';
  if (host.kind !== 'found') return problem(`the name server ${host.message}`, cure);
  const { name, source, addresses, outward } = host.facts;
  const what = source === 'hostname' ? `the host name ${name}` : `${source} (${name})`;
  if (addresses.length === 0)
    return problem(`${what} leads to no address, and Spark does not start so`, cure);
  const where = isIP(name) === 0 ? `${name} (${addresses.join(', ')})` : name;
  if (isLocal || !addresses.every(isLoopback)) return ok(`executors are told to connect to ${where}`);
  const [other] = outward;
  // Spark looks for another one only where nobody has named any (Utils.findLocalInetAddress).
  if (source === 'hostname' && other !== undefined) {
    return warning(
      `${what} leads to ${addresses.join(', ')}, which is this machine alone; Spark takes another address, such as ${other}`,
      `if executors cannot connect to that one, ${cure}`,
    );
  }
  return problem(
    `${what} leads to ${addresses.join(', ')}: no executor on another machine can connect to it`,
    cure,
  );
}

/** Ports that were asked for; the gateway's has to be had, Spark tries those after its own. */
export function judgePorts(ports: Probed<readonly PortFacts[]>): Judgement {
  if (ports.kind !== 'found') return problem(`this machine ${ports.message}`);
  if (ports.facts.length === 0) return ok('none is asked for by number: any that is free is taken');
  const bad = ports.facts.filter(({ state }) => state !== 'free');
  if (bad.length === 0) return ok(`${listed(ports.facts)} can be had`);
  const text = bad.map(
    ({ asked, port, state }) => `${asked} ${port} is ${state === 'taken' ? 'taken' : 'not allowed'}`,
  );
  const isGateway = bad.some(({ asked }) => asked.startsWith('--'));
  if (isGateway) return problem(text.join('; '), 'name another, or leave it out for any that is free');
  return warning(
    text.join('; '),
    'Spark tries the ports after it (spark.port.maxRetries); firewalls may not let those through',
  );
}

/** The application's file. `isFetched`: agents get it themselves, from where they find it. */
export function judgeApplication(
  file: string | undefined,
  checked: Probed<readonly string[]>,
  isFetched: boolean,
): Judgement {
  if (file === undefined) return skipped('none is named');
  if (isFetched) return skipped(`${file} is fetched by the agent of the driver, and not looked for here`);
  if (checked.kind !== 'found') {
    return problem(checked.kind === 'late' ? `${file} ${checked.message}` : checked.message);
  }
  if (checked.facts.length > 0) return warning(checked.facts.join('; '));
  return /^(?!file:)[a-z][a-z0-9+.-]*:/i.test(file)
    ? skipped(`${file} is fetched by Spark, and not looked for here`)
    : ok(`${file} is there`);
}

/** Whether an address leads to the machine that asks, whichever that is. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address.startsWith('127.') || address === '::1';
}

function listed(ports: readonly PortFacts[]): string {
  return ports.map(({ asked, port }) => `${asked} ${port}`).join(', ');
}

function nameOf({ version }: SparkFacts): string {
  return version === undefined ? 'this Spark' : `Spark ${version}`;
}
