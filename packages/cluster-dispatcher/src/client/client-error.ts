/** Every code that a client's errors carry. */
export const DISPATCHER_CLIENT_ERROR_CODES = [
  /**
   * Nobody answers at the address, or not in time.
   * Remedy: Check the address, and that `/healthz` answers there.
   */
  'DISPATCHER_CLIENT_UNREACHABLE',
  /**
   * The dispatcher does not do it; `problem` says why.
   * Remedy: Act on the code in `problem`.
   */
  'DISPATCHER_CLIENT_REFUSED',
  /**
   * What answers is no dispatcher, or one of another version.
   * Remedy: Check that the address is that of `--webui-port`, and that both are of one version.
   */
  'DISPATCHER_CLIENT_PROTOCOL',
] as const;

/** One of {@link DISPATCHER_CLIENT_ERROR_CODES}. */
export type DispatcherClientErrorCode = (typeof DISPATCHER_CLIENT_ERROR_CODES)[number];

/** What a dispatcher said of a request that it does not carry out. */
export interface Problem {
  readonly status: number;
  /** Of `DISPATCHER_ERROR_CODES`, or of the codes of requests. */
  readonly code: string;
  readonly problems: readonly { readonly setting: string; readonly message: string }[];
}

/** Why a client has no answer. */
export class DispatcherClientError extends Error {
  override readonly name = 'DispatcherClientError';
  readonly code: DispatcherClientErrorCode;
  /** Set for DISPATCHER_CLIENT_REFUSED. */
  readonly problem: Problem | undefined;

  constructor(
    code: DispatcherClientErrorCode,
    message: string,
    { problem, ...options }: ErrorOptions & { readonly problem?: Problem } = {},
  ) {
    super(message, options);
    this.code = code;
    this.problem = problem;
  }
}
