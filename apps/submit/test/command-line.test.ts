import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommandLine, refuseUnsupported, withMaster } from '../src/command-line.ts';

const GATEWAY = 'spark://127.0.0.1:41234';

describe('what is ours', () => {
  test.each([
    [['--progress', 'app.jar'], { progress: true }],
    [['--keep', 'app.jar'], { keep: true }],
    [['--spark-home', '/opt/spark', 'app.jar'], { sparkHome: '/opt/spark' }],
    [['--spark-home=/opt/spark', 'app.jar'], { sparkHome: '/opt/spark' }],
    [['--driver-log', 'driver.log', 'app.jar'], { driverLog: 'driver.log' }],
    [['--gateway-port', '7077', 'app.jar'], { gatewayPort: 7077 }],
    [['--log-level=debug', '--log-json', 'app.jar'], { logLevel: 'debug', logJson: true }],
  ])('%j is taken and not passed on', (words, expected) => {
    const line = readCommandLine('submit', words);
    expect(line.own).toMatchObject(expected);
    expect(line.sparkArguments).toEqual(['app.jar']);
  });

  test.each([
    [['--gateway-port', 'http'], /--gateway-port is "http".*0 to 65535/],
    [['--gateway-port', '70000'], /70000/],
    [['--log-level', 'loud'], /debug, info, warn/],
    [['--spark-home'], /--spark-home needs a value/],
    [['--progress=yes'], /takes no value/],
  ])('%j is refused with what it should be', (words, message) => {
    expect(() => readCommandLine('submit', words)).toThrow(message);
  });

  test('behind the application it is the application’s', () => {
    const line = readCommandLine('submit', ['app.py', '--progress', '--keep', '--master', 'x']);
    expect(line.own.progress).toBe(false);
    expect(line.options.has('--master')).toBe(false);
    expect(line.sparkArguments).toEqual(['app.py', '--progress', '--keep', '--master', 'x']);
  });

  test('as the value of an option of Spark it is that value', () => {
    const line = readCommandLine('submit', ['--name', '--progress', 'app.py']);
    expect(line.own.progress).toBe(false);
    expect(line.options.get('--name')).toBe('--progress');
  });
});

describe('what is Spark’s', () => {
  test.each([
    [['--master', 'mesos://a:5050', 'app.py'], 'mesos://a:5050'],
    [['--master=mesos://a:5050', 'app.py'], 'mesos://a:5050'],
    [['--master', 'first', '--master', 'second', 'app.py'], 'second'],
  ])('the master of %j is %s', (words, master) => {
    expect(readCommandLine('submit', words).options.get('--master')).toBe(master);
  });

  test.each([
    [['--conf', 'spark.master=mesos://a:5050', 'app.py']],
    [['--conf=spark.master=mesos://a:5050', 'app.py']],
    [['-c', 'spark.master=mesos://a:5050', 'app.py']],
  ])('the properties of %j are read', (words) => {
    expect(readCommandLine('submit', words).conf.get('spark.master')).toBe('mesos://a:5050');
  });

  test('a property keeps everything behind its first equals sign', () => {
    const { conf } = readCommandLine('submit', [
      '--conf',
      'spark.executor.extraJavaOptions=-Da=b -Dc=d',
      'a.jar',
    ]);
    expect(conf.get('spark.executor.extraJavaOptions')).toBe('-Da=b -Dc=d');
  });

  test('the first word that is no option is the application', () => {
    const words = ['--class', 'Main', '--verbose', '--total-executor-cores', '2', 'app.jar', '100'];
    const line = readCommandLine('submit', words);
    expect(line.primaryResource).toBe('app.jar');
    expect(line.switches.has('--verbose')).toBe(true);
    expect(line.sparkArguments).toEqual(words);
  });

  test('behind an unknown option nothing is taken for the application unless it looks like one', () => {
    const unsure = readCommandLine('submit', ['--new-option', 'value', '--master', 'mesos://a', 'tool']);
    expect(unsure.primaryResource).toBeUndefined();
    expect(unsure.options.get('--master')).toBe('mesos://a');
    const sure = readCommandLine('submit', ['--new-option', 'value', 'app.py', '--master', 'of the app']);
    expect(sure.primaryResource).toBe('app.py');
    expect(sure.options.has('--master')).toBe(false);
  });

  test('a shell takes options behind its own arguments too', () => {
    const words = ['-e', 'SELECT 1', '--master', 'mesos://local', '-f', 'x.sql', '--keep'];
    const line = readCommandLine('sql', words);
    expect(line.options.get('--master')).toBe('mesos://local');
    expect(line.own.keep).toBe(true);
    expect(line.primaryResource).toBeUndefined();
    expect(withMaster(line, GATEWAY)).toEqual(['--master', GATEWAY, '-e', 'SELECT 1', '-f', 'x.sql']);
  });

  test('run-example stays the first word', () => {
    const line = readCommandLine('submit', ['run-example', '--master', 'mesos://local', 'SparkPi', '10']);
    expect(line.primaryResource).toBeUndefined();
    expect(withMaster(line, GATEWAY)).toEqual(['run-example', '--master', GATEWAY, 'SparkPi', '10']);
  });
});

describe('the words for Spark', () => {
  test.each([
    [
      ['--master', 'mesos://a', '--name', 'x', 'app.py', '1'],
      ['--master', GATEWAY, '--name', 'x', 'app.py', '1'],
    ],
    [
      ['--master=mesos://a', 'app.py'],
      ['--master', GATEWAY, 'app.py'],
    ],
    [
      ['--name', '--master', 'app.py', '--master', 'mine'],
      ['--master', GATEWAY, '--name', '--master', 'app.py', '--master', 'mine'],
    ],
    [
      ['--conf', 'spark.master=mesos://a', 'app.py'],
      ['--master', GATEWAY, '--conf', 'spark.master=mesos://a', 'app.py'],
    ],
  ])('%j become %j', (words, expected) => {
    expect(withMaster(readCommandLine('submit', words), GATEWAY)).toEqual(expected);
  });

  test.each(['app.R', 'app.r', '/opt/app.R'])('an R program %s is an application as any other', (file) => {
    const words = ['--master', 'mesos://a', '--conf', 'spark.r.command=/opt/R/bin/Rscript', file, '--keep'];
    const line = readCommandLine('submit', words);
    expect(line).toMatchObject({ primaryResource: file, own: { keep: false } });
    expect(withMaster(line, GATEWAY)).toEqual(['--master', GATEWAY, ...words.slice(2)]);
    // Also behind an option of a Spark to come.
    expect(readCommandLine('submit', ['--unknown', 'value', file]).primaryResource).toBe(file);
  });

  test('whatever the application is given arrives untouched', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const line = readCommandLine('submit', ['--master', 'mesos://a', 'app.py', ...words]);
        expect(withMaster(line, GATEWAY)).toEqual(['--master', GATEWAY, 'app.py', ...words]);
      }),
    );
  });

  test('options come in their order, without ours and without a master', () => {
    const option = fc.oneof(
      fc.tuple(fc.constantFrom('--name', '--conf', '--jars', '--class'), fc.string()),
      fc.tuple(fc.constantFrom('--verbose', '--supervise')),
    );
    fc.assert(
      fc.property(fc.array(option), (options) => {
        const words = options.flat();
        const line = readCommandLine('submit', ['--keep', ...words, '--master', 'mesos://a', 'app.py']);
        expect(withMaster(line, GATEWAY)).toEqual(['--master', GATEWAY, ...words, 'app.py']);
      }),
    );
  });
});

describe('what is not supported', () => {
  test('cluster mode is refused with what to do', () => {
    const line = readCommandLine('submit', ['app.py']);
    expect(() => refuseUnsupported(line, 'cluster')).toThrow(/"cluster" is not supported/);
    expect(() => refuseUnsupported(line, 'client')).not.toThrow();
  });

  test.each(['--kill', '--status'])('%s is refused', (option) => {
    const line = readCommandLine('submit', [option, 'driver-1']);
    expect(() => refuseUnsupported(line, undefined)).toThrow(
      expect.objectContaining({ code: 'SUBMIT_NOT_SUPPORTED' }),
    );
  });
});
