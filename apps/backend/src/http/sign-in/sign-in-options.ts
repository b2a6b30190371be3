import type { RateLimits } from '../../accounts/attempts/rate-limits.ts';
import type { Auth } from '../../accounts/auth.ts';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';

export interface SignInOptions {
  readonly deps: Dependencies;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
  /** the address that browsers see */
  readonly origin: string;
}
