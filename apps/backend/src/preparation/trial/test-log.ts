import { ProviderTest, type PreparationStep, testSteps } from '@secret-store/api';
import { rowsOf, type Statement } from '@secret-store/db';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { storedPreparation } from '../../modules/read-preparation.ts';
import type { PreparationEnd } from './preparation-log.ts';
import { noteThrowAway, ThrowAway } from './throw-away.ts';
import type { TrialLog } from './trial-log.ts';

type LogDependencies = Pick<Dependencies, 'db' | 'ledger'>;

interface About {
  readonly providerId: string;
  readonly actor: AuditActor;
}

type Entry = ProviderTest['steps'][number];

const keep = `INSERT INTO provider_test ("providerId", state, step, steps, "startedAt", "changedAt")
  VALUES ($1::uuid, $2, $3, $4::jsonb, $5, now())
  ON CONFLICT ("providerId") DO UPDATE SET state = EXCLUDED.state, step = EXCLUDED.step, steps = EXCLUDED.steps,
    "startedAt" = EXCLUDED."startedAt", "changedAt" = EXCLUDED."changedAt" RETURNING 1`;

/** Writes down how far a test of what is active is. What it has in the vault is noted with the provider's preparation. */
export class TestLog implements TrialLog {
  readonly #deps: LogDependencies;
  readonly #about: About;
  readonly #started = new Date();
  #steps: readonly Entry[] = testSteps.map((step) => ({ step, state: 'pending', message: '' }));
  #state: ProviderTest['state'] = 'running';
  current: PreparationStep = 'configuration';
  throwAway: ThrowAway | null;

  private constructor(deps: LogDependencies, about: About, throwAway: ThrowAway | null) {
    this.#deps = deps;
    this.#about = about;
    this.throwAway = throwAway;
  }

  static async open(deps: LogDependencies, about: About): Promise<TestLog> {
    const preparation = await storedPreparation(deps, about.providerId);
    const log = new TestLog(deps, about, ThrowAway.nullable().parse(preparation?.throwAway ?? null));
    await log.#keep();
    return log;
  }

  async begin(step: PreparationStep): Promise<void> {
    this.current = step;
    await this.#mark(step, { state: 'running', message: '' });
  }

  done(step: PreparationStep, message = ''): Promise<void> {
    return this.#mark(step, { state: 'done', message });
  }

  skip(step: PreparationStep, message: string): Promise<void> {
    return this.#mark(step, { state: 'skipped', message });
  }

  async keepThrowAway(throwAway: ThrowAway | null): Promise<void> {
    const before = this.throwAway;
    this.throwAway = throwAway;
    await noteThrowAway(this.#deps, { ...this.#about, before, after: throwAway });
  }

  /** @param failure null where all passed */
  async end(failure: Pick<PreparationEnd, 'step' | 'message'> | null): Promise<void> {
    this.#state = failure === null ? 'passed' : 'failed';
    if (failure === null) {
      this.current = 'stored';
    } else {
      this.current = failure.step;
      this.#set(failure.step, { state: 'failed', message: failure.message });
    }
    const { providerId, actor } = this.#about;
    await change(this.#deps, async (changes) => {
      await changes.write('provider_test', this.#statement());
      changes.audit({
        ...{ actor, action: 'provider.test', subject: { type: 'provider', id: providerId } },
        details: { state: this.#state, step: this.current },
      });
    });
  }

  #set(step: PreparationStep, entry: Omit<Entry, 'step'>): void {
    this.#steps = this.#steps.map((before) => (before.step === step ? { step, ...entry } : before));
  }

  async #mark(step: PreparationStep, entry: Omit<Entry, 'step'>): Promise<void> {
    this.#set(step, entry);
    await this.#keep();
  }

  async #keep(): Promise<void> {
    await rowsOf(this.#deps.db.pool, this.#statement());
  }

  #statement(): Statement {
    const steps = JSON.stringify(this.#steps);
    return { text: keep, values: [this.#about.providerId, this.#state, this.current, steps, this.#started] };
  }
}

/** Longer than any step may take: the process that ran it is gone. */
const abandonedMilliseconds = 120_000;

/** The last test; null where there was none. */
export const lastTest = async ({ db }: Pick<Dependencies, 'db'>, providerId: string): Promise<ProviderTest | null> => {
  const row = await db.prisma.providerTest.findUnique({ where: { providerId } });
  if (row === null) return null;
  const { state, step, steps, startedAt, changedAt } = row;
  const test = ProviderTest.safeParse({ state, step, steps, started: startedAt.toISOString() }).data ?? null;
  const isAbandoned = test?.state === 'running' && changedAt.getTime() < Date.now() - abandonedMilliseconds;
  return isAbandoned ? interrupted(test) : test;
};

const interrupted = (test: ProviderTest): ProviderTest => ({
  ...test,
  state: 'failed',
  steps: test.steps.map((entry) =>
    entry.step === test.step
      ? { ...entry, state: 'failed', message: 'The backend ended during the test. Test again.' }
      : entry,
  ),
});
