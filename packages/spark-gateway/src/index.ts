export type { ExecutorPlacement, ExecutorState, WaitingReport } from '@spark-mesos/coarse-backend';
export type { EndReason } from './application-life.ts';
export { GATEWAY_ERROR_CODES, GatewayError, type GatewayErrorCode } from './errors.ts';
export { NO_JAVA_STATUS, NO_SPARK_STATUS } from './executor-script.ts';
export { SparkGateway, type SparkGatewayOptions } from './gateway.ts';
export type {
  ApplicationSummary,
  ExecutorChange,
  GatewayObserver,
  GatewayProblem,
  OffersSummary,
} from './observer.ts';
