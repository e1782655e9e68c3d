/** Linecard in Node: a panel that a test starts, steers, breaks and questions. */

export { BinaryNotFound, findBinary } from './binary.js';
export { Clock, type Advanced, type ClockState, type Fired } from './clock.js';
export { Fault, Faults, type FaultOptions, type HeldFault } from './faults.js';
export {
  Panel,
  type Deleted,
  type Entry,
  type Filters,
  type FixtureOptions,
  type Info,
  type Part,
  type ResetOptions,
  type Restored,
  type SeedOptions,
  type StartOptions,
  type Transition,
  type Transitions,
  type Verified,
  type VerifyOptions,
} from './panel.js';
export { NotStarted } from './process.js';
export { Sessions, type Session } from './sessions.js';
export { State } from './state.js';
export {
  PRESETS,
  type Delay,
  type Document,
  type Duration,
  type Effect,
  type Instant,
  type Iso,
  type Match,
  type Preset,
  type Seed,
  type Strictness,
  type Text,
  type When,
} from './types.js';
export { LinecardError, NotVerified, type Params, type Problem, type Unmatched, type Value } from './wire.js';
export type { WorldInfo, WorldOptions } from './world.js';
export type * as control from './control.js';
