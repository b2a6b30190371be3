// What other projects' specs use of this folder.
export { signEnvelope } from '../signed/envelope.ts';
export { createNewcomer, letIn, type Newcomer } from './pool-fixture.ts';
export { createPoolWorld, type PoolWorld } from './pool-world.ts';
