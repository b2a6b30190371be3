import { SealingError } from '../encoding/sealing-error.ts';
import { suite1 } from './suite-1.ts';
import type { Suite } from './suite.ts';

export const currentSuite: Suite = suite1;

const suites = new Map<number, Suite>([[suite1.id, suite1]]);

export function suiteOf(id: number): Suite {
  const suite = suites.get(id);
  if (!suite) throw new SealingError('UNKNOWN_SUITE', `suite ${id} is not known to this version`);
  return suite;
}
