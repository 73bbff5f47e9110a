import type { DriverState, SubmissionHandler, SubmissionPeer } from '@spark-mesos/spark-rpc';
import { type DispatcherSpark, sparkOfPeer, wantedSpark } from '../launch/driver-spark.ts';
import type { SubmitOutcome } from '../model/outcomes.ts';
import type { Submission } from '../model/submission.ts';
import { TOKEN_PROPERTY } from '../rest/token-property.ts';
import { Access, type AccessDecision } from '../security/access.ts';
import type { AccessRules } from '../security/access-file.ts';
import { RateLimit, type RateLimitRules, VAIN_ATTEMPTS } from '../security/rate-limit.ts';
import { includesRole, mayManage, type Principal, type Role } from '../security/roles.ts';
import type { DispatcherService } from '../service.ts';
import { submissionRequestOf } from './driver-request.ts';

/** What {@link rpcSubmissions} is made of. */
export interface RpcSubmissionsOptions {
  readonly service: DispatcherService;
  readonly access: AccessRules;
  /** The Sparks that drivers may run, by whose homes the gateway knows them; a driver has that of its submitter. */
  readonly sparks?: readonly DispatcherSpark[] | undefined;
  /** Of requests that change something, for each address; none where it is not given. */
  readonly rateLimit?: RateLimitRules | undefined;
}

/** `spark-submit --kill` sends an id and nothing else. */
const KILL_ELSEWHERE =
  'spark-submit can bring none along to kill a driver: spark-mesos kill and the page can';

const TOO_MANY: AccessDecision = { ok: false, reason: 'too many requests; try again later' };

/** Who has shown the secret of `spark.authenticate` is trusted as Spark trusts such a one. */
const SECRET_HOLDER: Principal = { role: 'submitter', by: 'secret' };

/** In the words by which `spark-submit` knows a master that does not lead yet, and asks again later. */
const RECOVERING = 'Current state is not alive: RECOVERING. Can only request driver status in ALIVE state.';

/**
 * Answers `spark-submit --deploy-mode cluster` over Spark's RPC as a standalone master does. A token can only come in a property of
 * the submission; who brought one may ask for the status of drivers on the same connection.
 */
export function rpcSubmissions({
  service,
  access: rules,
  sparks = [],
  rateLimit,
}: RpcSubmissionsOptions): SubmissionHandler {
  const access = new Access(rules);
  const known = new WeakMap<SubmissionPeer, Principal>();
  const vain = new RateLimit(VAIN_ATTEMPTS);
  const rate = rateLimit && new RateLimit(rateLimit);

  const byToken = (address: string, token: string): AccessDecision => {
    if (vain.isEmpty(address)) return TOO_MANY;
    const decision = access.ofToken(token);
    if (!decision.ok) vain.take(address);
    return decision;
  };

  const principalOf = (peer: SubmissionPeer, token?: string): AccessDecision => {
    if (token !== undefined) return byToken(peer.remoteAddress ?? '', token);
    if (peer.authenticated) return { ok: true, principal: SECRET_HOLDER };
    const principal = known.get(peer);
    return principal === undefined ? access.decide({}) : { ok: true, principal };
  };

  /** Lets somebody change something, if that one may and does not do it too often. */
  const admitChange = (peer: SubmissionPeer, token?: string): AccessDecision => {
    const admitted = admit(principalOf(peer, token), 'submitter');
    if (!admitted.ok) return admitted;
    const waitMs = rate?.take(admitted.principal.name ?? peer.remoteAddress ?? '') ?? 0;
    return waitMs > 0 ? TOO_MANY : admitted;
  };

  return {
    submitDriver: async (driver, peer) => {
      const request = submissionRequestOf(driver);
      const { [TOKEN_PROPERTY]: token, ...properties } = request.properties;
      const admitted = admitChange(peer, token);
      if (!admitted.ok) return { message: `${admitted.reason} (a token is given as ${TOKEN_PROPERTY})` };
      const { principal } = admitted;
      known.set(peer, principal);
      const spark = sparkOfPeer(sparks, peer.sparks, driver.command.environment.get('SPARK_HOME'));
      const wanted = { ...request, properties, ...wantedSpark(spark) };
      const outcome = await service.submit(wanted, { owner: principal.name });
      const driverId = outcome.ok ? { driverId: outcome.submissionId } : {};
      return { ...driverId, message: submitMessage(outcome), spark: spark?.home };
    },

    killDriver: async (driverId, peer) => {
      const admitted = admitChange(peer);
      if (!admitted.ok) return { success: false, message: `${admitted.reason} (${KILL_ELSEWHERE})` };
      const submission = service.status(driverId);
      if (submission !== undefined && !mayManage(admitted.principal, submission.owner)) {
        return { success: false, message: `driver ${driverId} is of another owner` };
      }
      // Who asks has most likely the Spark by which the driver was submitted.
      const spark = submission?.request.sparkHome;
      const outcome = await service.kill(driverId);
      if (outcome.ok) return { success: true, message: `Kill request for ${driverId} submitted`, spark };
      const isOver =
        outcome.code === 'DISPATCHER_NOT_FOUND' || outcome.code === 'DISPATCHER_ALREADY_FINISHED';
      const message = isOver ? `Driver ${driverId} has already finished or does not exist` : outcome.message;
      return { success: false, message, spark };
    },

    driverStatus: (driverId, peer) => {
      const admitted = admit(principalOf(peer), 'viewer');
      const submission = admitted.ok ? service.status(driverId) : undefined;
      if (submission !== undefined) {
        return { found: true, ...statusOf(submission), spark: submission.request.sparkHome };
      }
      // The driver of one who asks may be in the state that is being read.
      return service.readiness().recovered ? { found: false } : { found: false, exception: RECOVERING };
    },
  };
}

function admit(decision: AccessDecision, needed: Role): AccessDecision {
  if (!decision.ok || includesRole(decision.principal.role, needed)) return decision;
  return { ok: false, reason: `the role ${needed} is needed, not ${decision.principal.role}` };
}

function submitMessage(outcome: SubmitOutcome): string {
  if (outcome.ok) {
    const { submissionId, warnings } = outcome;
    return [`Driver successfully submitted as ${submissionId}`, ...warnings].join('. ');
  }
  if (outcome.code !== 'DISPATCHER_INVALID_SUBMISSION') return outcome.message;
  return outcome.problems.map(({ setting, message }) => `${setting}: ${message}`).join('; ');
}

function statusOf(submission: Submission) {
  const attempt = submission.attempts.at(-1);
  return {
    state: driverState(submission),
    ...(attempt === undefined ? {} : { workerId: attempt.agentId, workerHostPort: attempt.hostname }),
  };
}

/** In the words of a standalone master. */
function driverState({ state, finalState }: Submission): DriverState {
  switch (state) {
    case 'queued':
      return 'SUBMITTED';
    case 'launching':
    case 'running':
    case 'killing':
      return 'RUNNING';
    case 'unreachable':
      return 'UNKNOWN';
    case 'retrying':
      return 'RELAUNCHING';
    case 'finished':
      // There is no LOST: a driver whose worker is gone has failed.
      return finalState === 'LOST' ? 'FAILED' : (finalState ?? 'FINISHED');
  }
}
