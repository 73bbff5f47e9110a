import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isClusterMode, newSubmission } from '../src/cluster-submission.ts';
import { readCommandLine } from '../src/command-line.ts';
import { dispatcherUrl } from '../src/dispatcher-connection.ts';

const DEFAULTS = new Map([
  ['spark.executor.memory', '1g'],
  ['spark.mesos.role', 'dev'],
]);

function submission(...words: string[]) {
  return newSubmission(readCommandLine('submit', words), DEFAULTS, {
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_HOME: '/opt/spark',
    SPARK_MESOS_DISPATCHER_TOKEN: 'hunter2',
    AWS_SECRET_ACCESS_KEY: 'hunter2',
    MESOS_SANDBOX: '/x',
  });
}

describe('a driver for the cluster', () => {
  test('U6: is described as spark-submit would describe it', () => {
    const words = [
      '--deploy-mode',
      'cluster',
      '--master',
      'spark://d:7077',
      '--supervise',
      '--class',
      'org.example.Main',
    ];
    const more = [
      '--driver-memory',
      '2g',
      '--executor-memory',
      '2g',
      '--conf',
      'spark.x=a=b',
      '--py-files',
      'https://f/a.py,b.py',
    ];
    expect(submission(...words, ...more, 'https://files/app.jar', '--flag', '$HOME', '')).toEqual({
      appResource: 'https://files/app.jar',
      mainClass: 'org.example.Main',
      arguments: ['--flag', '$HOME', ''],
      properties: {
        'spark.app.name': 'org.example.Main',
        'spark.driver.memory': '2g',
        'spark.driver.supervise': 'true',
        'spark.executor.memory': '2g',
        'spark.mesos.role': 'dev',
        'spark.submit.pyFiles': `https://f/a.py,file:${path.resolve('b.py')}`,
        'spark.x': 'a=b',
      },
      environment: { SPARK_LOCAL_IP: '127.0.0.1', MESOS_SANDBOX: '/x' },
    });
  });

  test('D72: says which Spark of the dispatcher runs it, where it is told', () => {
    expect(submission('--spark-version', '3.5.6', 'jobs/pi.py')).toMatchObject({
      sparkVersion: '3.5.6',
      arguments: [],
    });
  });

  test('has the name of its file where it has no other', () => {
    expect(submission('jobs/pi.py', '4')).toMatchObject({
      appResource: `file:${path.resolve('jobs/pi.py')}`,
      mainClass: '',
      properties: { 'spark.app.name': 'pi.py' },
    });
    expect(() => submission('--supervise')).toThrow('the application is missing');
  });

  test('U6: is meant where an option or a property of the command line says so', () => {
    const isMeant = (...words: string[]) => isClusterMode(readCommandLine('submit', words));
    expect(isMeant('--deploy-mode', 'cluster', 'a.jar')).toBe(true);
    expect(isMeant('--conf', 'spark.submit.deployMode=cluster', 'a.jar')).toBe(true);
    expect(isMeant('a.jar', '--deploy-mode', 'cluster')).toBe(false);
    expect(isClusterMode(readCommandLine('shell', ['--deploy-mode', 'cluster']))).toBe(false);
  });
});

test.each([
  ['spark://d:7077', 'http://d:7077'],
  ['mesos://d:7077', 'http://d:7077'],
  ['https://d:8081/', 'https://d:8081'],
  ['d:8081', 'http://d:8081'],
])('the dispatcher %s is asked at %s', (text, url) => {
  expect(dispatcherUrl(text)).toBe(url);
});

test.each(['', 'http://', 'spark://a b'])('"%s" is no address', (text) => {
  expect(() => dispatcherUrl(text)).toThrow('no address');
});
