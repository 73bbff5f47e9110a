/** What any state comes down to: it decides shape and colour. */
export type Phase = 'waiting' | 'running' | 'stopping' | 'finished' | 'failed' | 'killed' | 'lost';
