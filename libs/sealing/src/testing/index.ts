// What other projects' specs use of this folder.
export { createNewcomer, letIn, type Newcomer } from './pool-fixture.ts';
