import type { OpenFilesCounters } from './open-files.ts';

/** Figures of the connections, for `/metrics`. Those that only grow say so by their name's end. */
export interface ServingCounters extends OpenFilesCounters {
  readonly connections: number;
  readonly connectionsTotal: number;
  readonly connectionsRefusedTotal: number;
  /** Closed because nothing went over them any more. */
  readonly connectionsIdleTotal: number;
  readonly authenticatedConnectionsTotal: number;
  readonly authenticationFailuresTotal: number;
  /** Requests for what is another application's. */
  readonly authorizationFailuresTotal: number;
  /** Connections that were closed because of what came over them. */
  readonly protocolErrorsTotal: number;
  /** Requests that failed because of a fault of this side. */
  readonly exceptionsTotal: number;
  readonly openStreams: number;
  readonly chunksInTransfer: number;
  readonly chunksTotal: number;
  readonly chunkFailuresTotal: number;
  readonly blockBytesTotal: number;
  readonly bytesSentTotal: number;
  readonly bytesReceivedTotal: number;
  /** `OpenBlocks` and `FetchShuffleBlocks`, which Spark counts as one. */
  readonly openBlockRequestsTotal: number;
  readonly openBlockRequestMillisecondsTotal: number;
  readonly registerExecutorRequestsTotal: number;
  readonly registerExecutorRequestMillisecondsTotal: number;
  /** All requests but those for chunks. */
  readonly requestsTotal: number;
  readonly requestFailuresTotal: number;
  readonly bufferBytes: number;
}

/** The same while they are counted. */
export type ServingTally = {
  -readonly [Name in Exclude<keyof ServingCounters, keyof OpenFilesCounters | 'bufferBytes'>]: number;
};

/** All at zero. */
export function newTally(): ServingTally {
  return {
    connections: 0,
    connectionsTotal: 0,
    connectionsRefusedTotal: 0,
    connectionsIdleTotal: 0,
    authenticatedConnectionsTotal: 0,
    authenticationFailuresTotal: 0,
    authorizationFailuresTotal: 0,
    protocolErrorsTotal: 0,
    exceptionsTotal: 0,
    openStreams: 0,
    chunksInTransfer: 0,
    chunksTotal: 0,
    chunkFailuresTotal: 0,
    blockBytesTotal: 0,
    bytesSentTotal: 0,
    bytesReceivedTotal: 0,
    openBlockRequestsTotal: 0,
    openBlockRequestMillisecondsTotal: 0,
    registerExecutorRequestsTotal: 0,
    registerExecutorRequestMillisecondsTotal: 0,
    requestsTotal: 0,
    requestFailuresTotal: 0,
  };
}
