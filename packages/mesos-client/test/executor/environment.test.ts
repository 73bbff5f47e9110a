import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExecutorEnvironment } from '../../src/index.ts';

const directory = new URL('../../../mesos-proto/test/fixtures/mesos-v1/executor/', import.meta.url);

/** The environments that a real agent gave to executors. */
function recordedEnvironments(): Record<string, string>[] {
  return readdirSync(directory).flatMap((name) =>
    readFileSync(new URL(name, directory), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"env"'))
      .map((line) => (JSON.parse(line) as { env: Record<string, string> }).env),
  );
}

const least = { MESOS_FRAMEWORK_ID: 'f', MESOS_EXECUTOR_ID: 'e', MESOS_AGENT_ENDPOINT: '10.0.0.1:5052' };

describe('parseExecutorEnvironment', () => {
  it('reads every environment that a real agent has given', () => {
    const environments = recordedEnvironments();
    expect(environments.length).toBeGreaterThanOrEqual(15);
    for (const variables of environments) {
      const environment = parseExecutorEnvironment(variables);
      expect(environment.frameworkId).toBe(variables.MESOS_FRAMEWORK_ID);
      expect(environment.executorId).toBe(variables.MESOS_EXECUTOR_ID);
      expect(environment.agentUrl.href).toBe('http://127.0.0.1:5051/api/v1/executor');
      expect(environment.agentId).toBe(variables.MESOS_SLAVE_ID);
      expect(environment.sandbox).toBe(variables.MESOS_SANDBOX);
      expect(environment.checkpoint).toBe(variables.MESOS_CHECKPOINT === '1');
      expect(environment.recoveryTimeoutMs).toBe(900_000);
      expect(environment.subscriptionBackOffMaxMs).toBe(2_000);
      expect(environment.shutdownGracePeriodMs).toBe(5_000);
    }
  });

  it('makes do with the least', () => {
    expect(parseExecutorEnvironment(least)).toMatchObject({
      checkpoint: false,
      authenticationToken: undefined,
      domainSocket: undefined,
      agentUrl: new URL('http://10.0.0.1:5052/api/v1/executor'),
    });
  });

  it.each([
    ['MESOS_AGENT_ENDPOINT', '[::1]:5052', 'http://[::1]:5052/api/v1/executor'],
    ['MESOS_AGENT_ENDPOINT', 'agent.test', 'http://agent.test:5051/api/v1/executor'],
    ['LIBPROCESS_SSL_ENABLED', 'true', 'https://10.0.0.1:5052/api/v1/executor'],
    ['LIBPROCESS_SSL_ENABLED', '0', 'http://10.0.0.1:5052/api/v1/executor'],
  ])('with %s=%s the agent is at %s %s', (name, value, url) => {
    expect(parseExecutorEnvironment({ ...least, [name]: value }).agentUrl.href).toBe(url);
  });

  it('finds the agent by its PID where there is no endpoint', () => {
    const { MESOS_AGENT_ENDPOINT: _, ...variables } = least;
    const old = { ...variables, MESOS_SLAVE_PID: 'slave(1)@10.0.0.2:5053' };
    expect(parseExecutorEnvironment(old).agentUrl.host).toBe('10.0.0.2:5053');
  });

  it.each([
    ['250ms', 250],
    ['1.5hrs', 5_400_000],
    ['2days', 172_800_000],
    ['1weeks', 604_800_000],
    ['5000000ns', 5],
    ['7us', 0.007],
  ])('reads the duration %s', (text, ms) => {
    const environment = parseExecutorEnvironment({ ...least, MESOS_RECOVERY_TIMEOUT: text });
    expect(environment.recoveryTimeoutMs).toBeCloseTo(ms, 9);
  });

  it('tells all that is wrong at once', () => {
    const wrong = {
      MESOS_EXECUTOR_ID: 'e',
      MESOS_RECOVERY_TIMEOUT: '15 minutes',
      MESOS_SUBSCRIPTION_BACKOFF_MAX: '-1secs',
    };
    expect(() => parseExecutorEnvironment(wrong)).toThrow(
      expect.objectContaining({
        code: 'MESOS_ENVIRONMENT_INVALID',
        message: expect.stringMatching(
          /MESOS_FRAMEWORK_ID is missing; MESOS_RECOVERY_TIMEOUT: "15 minutes" is no duration.*MESOS_SUBSCRIPTION_BACKOFF_MAX: "-1secs"/,
        ),
      }),
    );
    for (const endpoint of [undefined, 'a b:1', 'http://a:1', 'a:99999', 'a/b', 'me@a:1']) {
      expect(() => parseExecutorEnvironment({ ...least, MESOS_AGENT_ENDPOINT: endpoint })).toThrow(
        /MESOS_AGENT_ENDPOINT/,
      );
    }
  });
});
