import { factoryOf } from '@secret-store/plugin-host';
import { conformanceChecks, type Capability } from '@secret-store/provider-sdk/conformance';
import { failureReason } from './failure-reason.ts';
import { LeftBehind } from './left-behind.ts';
import { endedProcess, startTwoSides, type TwoSidesOptions } from './two-sides.ts';

export type CheckResult = { readonly name: string; readonly milliseconds: number } & (
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'ruled-out'; readonly ruledOutBy: Capability }
  | { readonly outcome: 'failed'; readonly reason: string }
);

export interface ConformanceReport {
  readonly checks: readonly CheckResult[];
  /** the provider keys whose deletion was not confirmed */
  readonly leftBehind: readonly string[];
}

export interface RunOptions extends TwoSidesOptions {
  readonly onCheck: (result: CheckResult) => void;
  /** ends the run after the current check, so that the check still deletes what it created */
  readonly signal?: AbortSignal | undefined;
}

/** Runs the suite, one check after the other. A process that a check killed is restarted for the next. */
export const runConformance = async (options: RunOptions): Promise<ConformanceReport> => {
  const { maxValueBytes } = factoryOf(options.module, options.factoryClassName);
  const leftBehind = new LeftBehind();
  const checks: CheckResult[] = [];
  let sides = await startTwoSides(options);
  try {
    for (const check of conformanceChecks) {
      if (options.signal?.aborted) break;
      const started = performance.now();
      const { result, ended } = await outcomeOf(() =>
        check.run({ backend: leftBehind.watch(sides.backend), worker: sides.worker, maxValueBytes }),
      );
      const told = { name: check.name, milliseconds: Math.round(performance.now() - started), ...result };
      checks.push(told);
      options.onCheck(told);
      if (ended) {
        await sides.close();
        sides = await startTwoSides(options);
      }
    }
    await leftBehind.clear(sides.backend);
  } finally {
    await sides.close();
  }
  return { checks, leftBehind: leftBehind.providerKeys };
};

const outcomeOf = async (
  run: () => Promise<{ readonly passed: true } | { readonly passed: false; readonly ruledOutBy: Capability }>,
) => {
  try {
    const outcome = await run();
    return outcome.passed
      ? { ended: false, result: { outcome: 'passed' } as const }
      : { ended: false, result: { outcome: 'ruled-out', ruledOutBy: outcome.ruledOutBy } as const };
  } catch (error) {
    return { ended: endedProcess(error), result: { outcome: 'failed', reason: failureReason(error) } as const };
  }
};
