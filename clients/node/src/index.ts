/** Linecard in Node: a panel that a test starts, steers, breaks and questions. */

export { BinaryNotFound, findBinary } from './binary.js';
export { Clock, type Advanced, type ClockState, type Fired } from './clock.js';
export { Fault, Faults, type Effect, type FaultOptions, type HeldFault } from './faults.js';
export {
  Panel,
  type Deleted,
  type Entry,
  type Filters,
  type FixtureOptions,
  type Info,
  type Match,
  type Part,
  type ResetOptions,
  type Restored,
  type StartOptions,
  type Transition,
  type Transitions,
  type Verified,
  type VerifyOptions,
} from './panel.js';
export { NotStarted } from './process.js';
export { Sessions, type Session } from './sessions.js';
export { State, type Document } from './state.js';
export { LinecardError, NotVerified, type Params, type Problem, type Value } from './wire.js';
export type { WorldInfo, WorldOptions } from './world.js';
