import { describe, expect, test } from 'vitest';
import {
  isLoopback,
  judgeApplication,
  judgeHost,
  judgeJava,
  judgePorts,
  judgePython,
  judgeSettings,
  judgeSpark,
} from '../../src/doctor/machine-judgements.ts';
import type { HostFacts, PythonFacts } from '../../src/doctor/machine-probes.ts';
import { found, type Probed, within } from '../../src/doctor/within.ts';
import type { JavaRuntime } from '../../src/java.ts';
import type { SparkFacts } from '../../src/spark-facts.ts';

const LATE: Probed<never> = { kind: 'late', message: 'gave no answer within 5 s' };
const FAILED: Probed<never> = { kind: 'failed', message: 'it is broken; mend it', code: undefined };

const SPARK: SparkFacts = {
  version: '4.3.0',
  scalaBinary: '2.13',
  classFileMajor: 61,
  hasModuleOptions: true,
};

describe('a Spark', () => {
  test('is named with where it is and who said so', () => {
    const home = { directory: '/spark', foundBy: 'SPARK_HOME' } as const;
    expect(judgeSpark(found({ home, facts: SPARK }))).toEqual({
      verdict: 'ok',
      message: 'Spark 4.3.0 is in /spark (found by SPARK_HOME)',
    });
  });

  test('that is not there, or cannot be found out, is a problem', () => {
    expect(judgeSpark(FAILED)).toEqual({ verdict: 'problem', message: 'it is broken; mend it' });
    expect(judgeSpark(LATE)).toMatchObject({
      verdict: 'problem',
      message: expect.stringContaining('within 5 s'),
    });
  });
});

describe('a Java', () => {
  const java = (major: number): Probed<JavaRuntime> => found({ home: '/java', major, foundBy: 'PATH' });
  const old: SparkFacts = {
    version: '2.4.8',
    scalaBinary: '2.11',
    classFileMajor: 52,
    hasModuleOptions: false,
  };
  const middle: SparkFacts = { ...old, version: '3.0.3', scalaBinary: '2.12' };

  test.each([
    [17, SPARK, 'ok', /Spark 4.3.0 runs on it/],
    [21, SPARK, 'ok', /Java 21/],
    [11, SPARK, 'problem', /needs Java 17 or newer/],
    [8, old, 'ok', /Java 8/],
    [11, old, 'problem', /runs on Java 8 only/],
    [8, middle, 'ok', /Java 8/],
    [11, middle, 'ok', /Java 11/],
    [17, middle, 'problem', /does not run on Java 16 or newer/],
    [25, { ...SPARK, needsSecurityManager: true }, 'problem', /does not run on Java 24 or newer/],
    [17, undefined, 'ok', /Java 17 is in \/java \(found by PATH\)$/],
  ] as const)('%i for %j is %s', (major, spark, verdict, message) => {
    expect(judgeJava(java(major), spark, false)).toMatchObject({
      verdict,
      message: expect.stringMatching(message),
    });
  });

  test('with modules opened by hand is let pass', () => {
    expect(judgeJava(java(17), middle, true).verdict).toBe('ok');
  });

  test('that is not there is a problem', () => {
    expect(judgeJava(FAILED, SPARK, false)).toEqual({ verdict: 'problem', message: 'it is broken; mend it' });
    expect(judgeJava(LATE, undefined, false).verdict).toBe('problem');
  });
});

describe('a Python', () => {
  const python = (facts: Partial<PythonFacts>): Probed<PythonFacts> =>
    found({ program: 'python3', ...facts });

  test('that imports this pyspark is right', () => {
    expect(judgePython(python({ version: '3.11.7', pyspark: '3.5.6' }), true)).toEqual({
      verdict: 'ok',
      message: 'python3 is Python 3.11.7, and imports pyspark 3.5.6',
    });
  });

  test.each([
    [{ version: '3.11.7', reason: 'TypeError: code' }, /does not import pyspark: TypeError: code/],
    [{ version: '3.11.7' }, /it does not say why/],
    [{ reason: 'there is no such program' }, /does not run: there is no such program/],
  ])('%j keeps programs in Python from running, and no others', (facts, message) => {
    const expected = {
      message: expect.stringMatching(message),
      cure: expect.stringContaining('PYSPARK_PYTHON'),
    };
    expect(judgePython(python(facts), true)).toMatchObject({ verdict: 'problem', ...expected });
    expect(judgePython(python(facts), false)).toMatchObject({ verdict: 'warning', ...expected });
  });

  test('that gives no answer is told so', () => {
    expect(judgePython(LATE, false)).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining('within 5 s'),
    });
  });
});

describe('settings', () => {
  test('are right, doubtful or wrong, and everything that is wrong is told', () => {
    expect(judgeSettings([], [])).toMatchObject({ verdict: 'ok' });
    expect(judgeSettings([], ['a is an old name of b'])).toEqual({
      verdict: 'warning',
      message: 'a is an old name of b',
    });
    expect(judgeSettings([{ message: 'one' }, { message: 'two' }], ['three'])).toEqual({
      verdict: 'problem',
      message: 'one; two',
    });
  });
});

describe("the driver's address", () => {
  const host = (facts: Partial<HostFacts>): Probed<HostFacts> =>
    found({ name: 'box', source: 'hostname', addresses: ['10.0.0.7'], outward: ['10.0.0.7'], ...facts });
  const loopback = { addresses: ['127.0.1.1'] };

  test('that others can reach is right', () => {
    expect(judgeHost(host({}), false)).toEqual({
      verdict: 'ok',
      message: 'executors are told to connect to box (10.0.0.7)',
    });
    expect(judgeHost(host({ name: '10.0.0.7', source: 'spark.driver.host' }), false).message).toMatch(
      /to 10.0.0.7$/,
    );
  });

  test('of this machine alone is right where all of the cluster is on it', () => {
    expect(judgeHost(host(loopback), true).verdict).toBe('ok');
  });

  test.each([
    ['where Spark takes another one', loopback, 'warning', /Spark takes another address, such as 10.0.0.7/],
    ['where there is no other', { ...loopback, outward: [] }, 'problem', /no executor on another machine/],
    [
      'where it was named so',
      { ...loopback, name: 'localhost', source: 'SPARK_LOCAL_IP' },
      'problem',
      /SPARK_LOCAL_IP \(localhost\) leads to 127.0.1.1/,
    ],
    ['that nobody knows', { addresses: [] }, 'problem', /the host name box leads to no address/],
  ] as const)('of this machine alone, %s', (_, facts, verdict, message) => {
    expect(judgeHost(host(facts), false)).toMatchObject({
      verdict,
      message: expect.stringMatching(message),
      cure: expect.stringContaining('SPARK_LOCAL_IP'),
    });
  });

  test('that cannot be looked up in time is told so', () => {
    expect(judgeHost(LATE, false).verdict).toBe('problem');
  });

  test.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['localhost', true],
    ['10.0.0.1', false],
  ])('%s is of this machine alone: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});

describe('ports', () => {
  const gateway = { asked: '--gateway-port', port: 7077 };
  const driver = { asked: 'spark.driver.port', port: 80 };

  test('that nobody has asked for, or that are free, are right', () => {
    expect(judgePorts(found([]))).toMatchObject({
      verdict: 'ok',
      message: expect.stringContaining('any that is free'),
    });
    expect(judgePorts(found([{ ...gateway, state: 'free' }]))).toEqual({
      verdict: 'ok',
      message: '--gateway-port 7077 can be had',
    });
  });

  test('that are taken keep the gateway from starting; Spark tries those after its own', () => {
    const taken = { ...gateway, state: 'taken' } as const;
    const forbidden = { ...driver, state: 'forbidden' } as const;
    expect(judgePorts(found([taken, forbidden]))).toMatchObject({
      verdict: 'problem',
      message: '--gateway-port 7077 is taken; spark.driver.port 80 is not allowed',
    });
    expect(judgePorts(found([forbidden, { ...gateway, state: 'free' }]))).toMatchObject({
      verdict: 'warning',
      cure: expect.stringContaining('spark.port.maxRetries'),
    });
    expect(judgePorts(LATE).verdict).toBe('problem');
  });
});

describe('an application', () => {
  test('is there, or not, or without a file that it names', () => {
    expect(judgeApplication(undefined, found([]), false).verdict).toBe('skipped');
    expect(judgeApplication('a.py', found([]), false).verdict).toBe('ok');
    expect(judgeApplication('file:///a.py', found([]), false).verdict).toBe('ok');
    expect(judgeApplication('a.py', found(['--jars names x']), false)).toMatchObject({ verdict: 'warning' });
    expect(judgeApplication('a.py', FAILED, false).verdict).toBe('problem');
    expect(judgeApplication('a.py', LATE, false)).toMatchObject({
      message: 'a.py gave no answer within 5 s',
    });
  });

  test('that somebody else fetches is not looked for', () => {
    expect(judgeApplication('https://f/a.py', found([]), false).message).toContain('fetched by Spark');
    expect(judgeApplication('a.py', FAILED, true).message).toContain('fetched by the agent');
  });
});

describe('a probe', () => {
  test('has found something, has failed, or is late, and is stopped in each case', async () => {
    const signals: AbortSignal[] = [];
    const keep = (signal: AbortSignal) => signals.push(signal);
    expect(
      await within(60_000, async (signal) => {
        keep(signal);
        return 1;
      }),
    ).toEqual({ kind: 'found', facts: 1 });
    expect(
      await within(60_000, async (signal) => {
        keep(signal);
        throw Object.assign(new Error('no'), { code: 'E_NO' });
      }),
    ).toEqual({ kind: 'failed', message: 'no', code: 'E_NO' });
    expect(
      await within(1, (signal) => {
        keep(signal);
        return new Promise<never>(() => {});
      }),
    ).toEqual({ kind: 'late', message: 'gave no answer within 0.001 s' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });
});
