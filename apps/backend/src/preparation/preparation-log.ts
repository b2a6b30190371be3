import { Preparation, type PreparationState, type PreparationStep, preparationSteps } from '@secret-store/api';
import { Prisma } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { Candidate } from './candidate.ts';

const Steps = Preparation.shape.steps;
type StepState = z.infer<typeof Steps>[number]['state'];

/** How a try ended that did not pass. */
export interface PreparationEnd {
  readonly step: PreparationStep;
  readonly state: Extract<PreparationState, 'failed' | 'waiting'>;
  readonly message: string;
  /** path of the field at fault, such as `configuration.vault_addr` */
  readonly field?: string;
}

/** A test secret that is in the vault while it is tried, so that it can be removed after a crash. */
export const ThrowAway = z.object({
  providerKey: z.string(),
  context: z.object({
    secretId: z.string(),
    algorithmId: z.string(),
    environmentVariable: z.string(),
    version: z.number(),
  }),
});
export type ThrowAway = z.infer<typeof ThrowAway>;

/** Steps that are over when a preparation begins: what failed them was never kept. */
const stepsBefore: readonly PreparationStep[] = ['received', 'format', 'hash', 'signature'];

/** Starts over for this candidate. */
export const beginPreparation = async (
  tx: Prisma.TransactionClient,
  { providerId, module, moduleName }: Candidate,
  { userId, signatureNote }: { readonly userId: string; readonly signatureNote: string },
): Promise<void> => {
  const steps = preparationSteps.map((step) => ({
    step,
    state: stepsBefore.includes(step) ? ('done' as const) : ('pending' as const),
    message: step === 'signature' ? signatureNote : '',
  }));
  const data = {
    userId,
    sha256: module.sha256,
    moduleName,
    state: 'running',
    step: 'start',
    message: '',
    steps,
    startedAt: new Date(),
    changedAt: new Date(),
  };
  await tx.providerPreparation.upsert({ where: { providerId }, update: data, create: { providerId, ...data } });
};

/** Writes down how far a preparation is. Messages are our own words and names of keys, never values. */
export class PreparationLog {
  readonly #deps: Pick<Dependencies, 'db'>;
  readonly #providerId: string;
  #steps: z.infer<typeof Steps>;
  /** the step that was begun last */
  current: PreparationStep = 'start';
  /** in the vault, as far as we know */
  throwAway: ThrowAway | null;

  private constructor(
    deps: Pick<Dependencies, 'db'>,
    providerId: string,
    steps: z.infer<typeof Steps>,
    throwAway: ThrowAway | null,
  ) {
    this.#deps = deps;
    this.#providerId = providerId;
    this.#steps = steps;
    this.throwAway = throwAway;
  }

  /** Takes up what `beginPreparation` began; what was tried before is tried again. */
  static async open(deps: Pick<Dependencies, 'db'>, providerId: string): Promise<PreparationLog> {
    const row = await deps.db.prisma.providerPreparation.findUniqueOrThrow({ where: { providerId } });
    const steps = Steps.parse(row.steps).map((entry) =>
      stepsBefore.includes(entry.step) ? entry : { step: entry.step, state: 'pending' as const, message: '' },
    );
    return new PreparationLog(deps, providerId, steps, ThrowAway.nullable().parse(row.throwAway));
  }

  begin(step: PreparationStep): Promise<void> {
    this.current = step;
    return this.#mark(step, 'running', '', { state: 'running', step, message: '' });
  }

  done(step: PreparationStep, message = ''): Promise<void> {
    return this.#mark(step, 'done', message, {});
  }

  skip(step: PreparationStep, message: string): Promise<void> {
    return this.#mark(step, 'skipped', message, {});
  }

  /** The end of this try. */
  end({ step, state, message, field }: PreparationEnd): Promise<void> {
    return this.#mark(step, state === 'failed' ? 'failed' : 'pending', message, { state, step, message }, field);
  }

  async keepThrowAway(throwAway: ThrowAway | null): Promise<void> {
    this.throwAway = throwAway;
    await this.#deps.db.prisma.providerPreparation.update({
      where: { providerId: this.#providerId },
      data: { throwAway: throwAway ?? Prisma.DbNull },
    });
  }

  async #mark(
    step: PreparationStep,
    state: StepState,
    message: string,
    whole: { state?: string; step?: string; message?: string },
    field?: string,
  ): Promise<void> {
    this.#steps = this.#steps.map((entry) =>
      entry.step === step ? { step, state, message, ...(field !== undefined && { field }) } : entry,
    );
    await this.#deps.db.prisma.providerPreparation.update({
      where: { providerId: this.#providerId },
      data: { steps: this.#steps, changedAt: new Date(), ...whole },
    });
  }
}

/** In the transaction that activates the candidate. */
export const finishPreparation = async (tx: Prisma.TransactionClient, providerId: string): Promise<void> => {
  const row = await tx.providerPreparation.findUniqueOrThrow({ where: { providerId } });
  const steps = Steps.parse(row.steps).map((entry) =>
    entry.step === 'active' ? { ...entry, state: 'done' as const } : entry,
  );
  await tx.providerPreparation.update({
    where: { providerId },
    data: { steps, state: 'active', step: 'active', message: 'The module is active.', changedAt: new Date() },
  });
};
