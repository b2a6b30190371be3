import { rowsOf, type Statement } from '@secret-store/db';
import { Preparation, type PreparationState, type PreparationStep, preparationSteps } from '@secret-store/api';
import type { z } from 'zod';
import { type AuditActor, systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { storedPreparation } from '../../modules/read-preparation.ts';
import type { Candidate } from './candidate.ts';
import { noteThrowAway, ThrowAway } from './throw-away.ts';
import type { TrialLog } from './trial-log.ts';

const Steps = Preparation.shape.steps;
type Steps = z.infer<typeof Steps>;
type StepState = Steps[number]['state'];

type LogDependencies = Pick<Dependencies, 'db' | 'ledger'>;

/** How a try ended that did not pass. */
export interface PreparationEnd {
  readonly step: PreparationStep;
  readonly state: Extract<PreparationState, 'failed' | 'waiting'>;
  readonly message: string;
  /** path of the field at fault, such as `configuration.vault_addr` */
  readonly field?: string;
}

/** What is only shown of a preparation; its state, and what it may delete, are told to the audit. */
interface Shown {
  readonly step?: PreparationStep;
  readonly message?: string;
  readonly steps?: Steps;
}

const showing = (providerId: string, { step, message, steps }: Shown): Statement => ({
  text: `UPDATE provider_preparation SET step = coalesce($2, step), message = coalesce($3, message),
    steps = coalesce($4::jsonb, steps), "changedAt" = now() WHERE "providerId" = $1::uuid RETURNING "providerId"`,
  values: [providerId, step ?? null, message ?? null, steps === undefined ? null : JSON.stringify(steps)],
});

const show = (changes: Change, providerId: string, shown: Shown): Promise<void> =>
  changes.write('provider_preparation', showing(providerId, shown));

/** Steps that are over when a preparation begins: what failed them was never kept. */
const stepsBefore: readonly PreparationStep[] = ['received', 'format', 'hash', 'signature'];

/** Starts over for this candidate. */
export const beginPreparation = async (
  changes: Change,
  { providerId, module, moduleName }: Candidate,
  { userId, signatureNote }: { readonly userId: string; readonly signatureNote: string },
): Promise<void> => {
  const steps = preparationSteps.map((step) => ({
    step,
    state: stepsBefore.includes(step) ? ('done' as const) : ('pending' as const),
    message: step === 'signature' ? signatureNote : '',
  }));
  const begun = { userId, sha256: module.sha256, moduleName, state: 'running', startedAt: new Date() };
  const shown = { step: 'start', message: '', steps } as const;
  const before = await changes.find('preparation', providerId);
  if (before === null) {
    const row = { providerId, throwAway: null, ...begun };
    await changes.insert('preparation', row, { ...shown, changedAt: new Date() });
  } else {
    // what an earlier try left in the vault stays noted
    await changes.update('preparation', providerId, begun);
    await show(changes, providerId, shown);
  }
};

/** Writes down how far a preparation is. Messages are our own words and names of keys, never values. */
export class PreparationLog implements TrialLog {
  readonly #deps: LogDependencies;
  readonly #providerId: string;
  readonly #actor: AuditActor;
  #steps: Steps;
  current: PreparationStep = 'start';
  throwAway: ThrowAway | null;

  private constructor(
    deps: LogDependencies,
    about: { readonly providerId: string; readonly actor: AuditActor },
    steps: Steps,
    throwAway: ThrowAway | null,
  ) {
    this.#deps = deps;
    this.#providerId = about.providerId;
    this.#actor = about.actor;
    this.#steps = steps;
    this.throwAway = throwAway;
  }

  /** Takes up what `beginPreparation` began; what was tried before is tried again. */
  static async open(deps: LogDependencies, providerId: string, actor: AuditActor): Promise<PreparationLog> {
    const row = await storedPreparation(deps, providerId);
    if (row === null) throw new Error('nothing is prepared for this provider');
    const steps = Steps.parse(row.steps).map((entry) =>
      stepsBefore.includes(entry.step) ? entry : { step: entry.step, state: 'pending' as const, message: '' },
    );
    const log = new PreparationLog(deps, { providerId, actor }, steps, ThrowAway.nullable().parse(row.throwAway));
    if (row.state !== 'running') await log.#resume();
    return log;
  }

  begin(step: PreparationStep): Promise<void> {
    this.current = step;
    return this.#mark(step, { state: 'running', message: '' }, { step, message: '' });
  }

  done(step: PreparationStep, message = ''): Promise<void> {
    return this.#mark(step, { state: 'done', message });
  }

  skip(step: PreparationStep, message: string): Promise<void> {
    return this.#mark(step, { state: 'skipped', message });
  }

  /** The end of this try. */
  async end({ step, state, message, field }: PreparationEnd): Promise<void> {
    await change(this.#deps, async (changes) => {
      await changes.update('preparation', this.#providerId, { state });
      changes.audit({ ...this.#about, action: 'provider.end-preparation', details: { state, step } });
    });
    const ended = state === 'failed' ? ('failed' as const) : ('pending' as const);
    await this.#mark(step, { state: ended, message, ...(field !== undefined && { field }) }, { step, message });
  }

  async keepThrowAway(throwAway: ThrowAway | null): Promise<void> {
    const about = { providerId: this.#providerId, actor: this.#actor };
    const before = this.throwAway;
    this.throwAway = throwAway;
    await noteThrowAway(this.#deps, { ...about, before, after: throwAway });
  }

  get #about() {
    return { actor: this.#actor, subject: { type: 'provider', id: this.#providerId } };
  }

  #resume(): Promise<void> {
    return change(this.#deps, async (changes) => {
      await changes.update('preparation', this.#providerId, { state: 'running' });
      changes.audit({ ...this.#about, action: 'provider.resume-preparation', details: {} });
    });
  }

  async #mark(
    step: PreparationStep,
    entry: { readonly state: StepState; readonly message: string; readonly field?: string },
    whole: Shown = {},
  ): Promise<void> {
    this.#steps = this.#steps.map((before) => (before.step === step ? { step, ...entry } : before));
    const shown = await rowsOf(this.#deps.db.pool, showing(this.#providerId, { ...whole, steps: this.#steps }));
    if (shown.length === 0) throw new Error('nothing is prepared for this provider any more');
  }
}

/** For what cannot even be tried. */
export const failPreparation = async (deps: LogDependencies, providerId: string, message: string): Promise<void> => {
  const log = await PreparationLog.open(deps, providerId, systemActor);
  await log.end({ step: 'start', state: 'failed', message });
};

/** In the change that activates the candidate. */
export const finishPreparation = async (changes: Change, providerId: string): Promise<void> => {
  const [row] = await changes.query<{ steps: unknown }>({
    text: 'SELECT steps FROM provider_preparation WHERE "providerId" = $1::uuid',
    values: [providerId],
  });
  const done = Steps.parse(row?.steps).map((entry) =>
    entry.step === 'active' ? { ...entry, state: 'done' as const } : entry,
  );
  await changes.update('preparation', providerId, { state: 'active' });
  await show(changes, providerId, { steps: done, step: 'active', message: 'The module is active.' });
};
