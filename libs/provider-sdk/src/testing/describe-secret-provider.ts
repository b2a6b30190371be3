import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ConformanceSubject } from './conformance-check.ts';
import { conformanceChecks } from './conformance-checks.ts';

/** Registers the conformance suite with vitest. `setup` runs once for the whole suite. */
export const describeSecretProvider = (name: string, setup: () => Promise<ConformanceSubject>): void => {
  describe(name, () => {
    let subject: ConformanceSubject;

    beforeAll(async () => {
      subject = await setup();
    });

    afterAll(async () => {
      await subject?.close?.();
    });

    for (const check of conformanceChecks) {
      test(check.name, async ({ skip }) => {
        const outcome = await check.run(subject);
        skip(!outcome.passed, outcome.passed ? '' : `the provider does not offer ${outcome.ruledOutBy}`);
      });
    }
  });
};
