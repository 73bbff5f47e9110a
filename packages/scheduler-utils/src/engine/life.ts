/**
 * The life of an engine.
 *
 * - `active`: from its making. Work is placed as wanted.
 * - `failed`: it cannot go on and has said so; nothing is placed any more. Left by `stop`.
 * - `stopping`: told to stop; what runs may end by itself. Left when nothing is left, or when the time is up.
 * - `killing`: the time was up, the rest was killed. Left when nothing is left, or after a short while.
 * - `stopped`: the framework is torn down, or left to another backend. Final.
 */
export type LifePhase = 'active' | 'failed' | 'stopping' | 'killing' | 'stopped';

/**
 * The subscription, as far as an engine needs to know.
 *
 * - `none`: not registered yet. - `subscribed`. - `lost`: the client tries to get it back. - `over`: for good.
 */
export type ConnectionState = 'none' | 'subscribed' | 'lost' | 'over';
