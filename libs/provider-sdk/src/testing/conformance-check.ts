import type { SecretProvider } from '../secret-provider.ts';
import { Trial } from './trial.ts';

/** One provider as the two sides see it: two instances over one vault. The backend's may be unable to read. */
export interface ConformanceSubject {
  readonly backend: SecretProvider;
  readonly worker: SecretProvider;
  /** Bytes of UTF-8 that the vault takes at most, where that is less than 65,536. */
  readonly maxValueBytes?: number;
  /** Puts a secret into the vault as its own users would, for `referTo`. Without it the checks on references are ruled out. */
  readonly existing?: (value: string) => Promise<{ readonly reference: string }>;
  close?(): Promise<void>;
}

/** What a check asks of a provider that may do without it. */
export type Capability = 'create' | 'update' | 'delete' | 'identifierFor' | 'referTo' | 'list' | 'rotate' | 'existing';

export interface ConformanceCheck {
  readonly name: string;
  /**
   * Rejects with an AssertionError where the provider breaks the contract. A check that wants a capability which the
   * provider declines is ruled out: a read-only provider conforms.
   */
  run(subject: ConformanceSubject): Promise<ConformanceOutcome>;
}

export type ConformanceOutcome =
  { readonly passed: true } | { readonly passed: false; readonly ruledOutBy: Capability };

/** Defines a check. What it stored is deleted again, so that a suite on a real vault leaves nothing behind. */
export const conformanceCheck = (
  name: string,
  wanted: readonly Capability[],
  body: (trial: Trial) => Promise<void>,
): ConformanceCheck => ({
  name,
  async run(subject) {
    for (const capability of wanted) {
      if (!(await offers(subject, capability))) return { passed: false, ruledOutBy: capability };
    }
    const trial = new Trial(subject);
    try {
      await body(trial);
    } finally {
      await trial.cleanUp();
    }
    return { passed: true };
  },
});

const offers = async (
  { backend: provider, existing }: ConformanceSubject,
  capability: Capability,
): Promise<boolean> => {
  switch (capability) {
    case 'create':
      return provider.allowsCreate();
    case 'update':
      return provider.allowsUpdate();
    case 'delete':
      return provider.allowsDelete();
    case 'identifierFor':
      return provider.identifierFor !== undefined;
    case 'referTo':
      return provider.referTo !== undefined;
    case 'list':
      return provider.list !== undefined;
    case 'rotate':
      return provider.rotate !== undefined;
    case 'existing':
      return existing !== undefined;
  }
};
