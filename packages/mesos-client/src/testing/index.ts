export { ManualClock } from './manual-clock.ts';
export { type ScriptedExchange, ScriptedMaster, type ScriptedRequest } from './scripted-master.ts';
