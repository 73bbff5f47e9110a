export type { ExecutorPlacement, ExecutorState } from '@spark-mesos/coarse-backend';
export type { Admission } from './application-context.ts';
export type { EndReason } from './application-life.ts';
export type { WaitingNews } from './backend.ts';
export { GATEWAY_ERROR_CODES, GatewayError, type GatewayErrorCode } from './errors.ts';
export { NO_JAVA_STATUS, NO_SPARK_STATUS } from './executor-script.ts';
export {
  applicationListShape,
  type Explanation,
  explanationShape,
  type ListedApplication,
  problemShape,
} from './explanation.ts';
export { GATEWAY_LABEL } from './framework-info.ts';
export { DEFAULT_DRIVER_TIMEOUT_MS, SparkGateway, type SparkGatewayOptions } from './gateway.ts';
export { DEFAULT_FAILOVER_TIMEOUT } from './gateway-context.ts';
export { GATEWAY_METRICS, type GatewayMetric } from './metrics.ts';
export type {
  ApplicationSummary,
  ExecutorChange,
  GatewayObserver,
  GatewayProblem,
  OffersSummary,
} from './observer.ts';
export { findSpark, findSparks, type SparkHome } from './spark-home.ts';
export { sparkVersionOf } from './spark-version.ts';
export { StandbyGateway, type StandbyGatewayOptions } from './standby-gateway.ts';
