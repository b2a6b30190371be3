import type { RateLimits } from '../../accounts/attempts/rate-limits.ts';
import type { UseNotes } from '../../accounts/use-notes.ts';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Authenticate } from '../authenticate.ts';

export interface RestOptions {
  readonly deps: Dependencies;
  readonly limits: RateLimits;
  readonly authenticate: Authenticate;
  readonly refusals: RefusalCounter;
  readonly uses: UseNotes;
}
