import { factoryOf } from '@secret-store/plugin-host';
import type { Capability, ConformanceCheck } from '@secret-store/provider-sdk/conformance';
import type { DiagnosisLog } from '../../diagnosis/diagnosis-log.ts';
import { failureReason, hasTimedOut } from './failure-reason.ts';
import { LeftBehind, type Leftovers } from './left-behind.ts';
import { LivingSides } from './living-sides.ts';
import type { TwoSides, TwoSidesOptions } from './two-sides.ts';

type Outcome =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'ruled-out'; readonly ruledOutBy: Capability }
  | {
      readonly outcome: 'failed';
      readonly reason: string;
      readonly timedOut: boolean;
      /** what the plugin itself says of it, where that is shown */
      readonly errors?: readonly string[];
    };

export type CheckResult = { readonly name: string; readonly milliseconds: number } & Outcome;

export interface ConformanceReport {
  readonly checks: readonly CheckResult[];
  /** the number of checks that the run did not come to */
  readonly notRun: number;
  readonly leftovers: Leftovers;
}

export interface RunOptions extends Omit<TwoSidesOptions, 'diagnosis'> {
  /** collects the errors of failed checks; none are shown without it */
  readonly log?: DiagnosisLog | undefined;
  readonly checks: readonly ConformanceCheck[];
  /** ends the run after the first check that fails */
  readonly bail: boolean;
  readonly onCheck: (result: CheckResult) => void;
  /** ends the run after the current check, so that the check still deletes what it created */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs checks, one after the other. A process that a check ended, or that did not answer in time, is replaced for the next.
 * Throws what `startPlugin` throws if the provider does not start at all.
 */
export const runConformance = async (options: RunOptions): Promise<ConformanceReport> => {
  const { maxValueBytes } = factoryOf(options.module, options.factoryClassName);
  const leftBehind = new LeftBehind();
  const results: CheckResult[] = [];
  const living = new LivingSides({ ...options, diagnosis: options.log?.diagnosis });
  try {
    await living.ready();
    for (const check of options.checks) {
      if (options.signal?.aborted) break;
      const started = performance.now();
      const outcome = await outcomeOf(living, ({ backend, worker }) =>
        check.run({ backend: leftBehind.watch(backend), worker, maxValueBytes }),
      );
      const errors = options.log?.take();
      const result = {
        name: check.name,
        milliseconds: Math.round(performance.now() - started),
        ...outcome,
        ...(outcome.outcome === 'failed' && errors && { errors }),
      };
      results.push(result);
      options.onCheck(result);
      if (options.bail && result.outcome === 'failed') break;
    }
    // what cannot be deleted, because the provider does not start any more, is listed
    await leftBehind.clear(living).catch(() => undefined);
  } finally {
    await living.close();
  }
  return { checks: results, notRun: options.checks.length - results.length, leftovers: leftBehind.leftovers };
};

const outcomeOf = async (
  living: LivingSides,
  run: (
    sides: TwoSides,
  ) => Promise<{ readonly passed: true } | { readonly passed: false; readonly ruledOutBy: Capability }>,
): Promise<Outcome> => {
  let sides: TwoSides | null = null;
  try {
    sides = await living.ready();
    const outcome = await run(sides);
    return outcome.passed ? { outcome: 'passed' } : { outcome: 'ruled-out', ruledOutBy: outcome.ruledOutBy };
  } catch (error) {
    return { outcome: 'failed', reason: failureReason(error, sides?.notes), timedOut: hasTimedOut(error) };
  }
};
