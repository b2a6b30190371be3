import type { Actor, SecretsCopyEntry, SecretsCopyRequest } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { contextOf } from '../../running/provider-call.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { secretNotFound } from '../existing-secret.ts';
import { findReferred } from '../find-referred.ts';
import { newEntryOf } from '../importing/create-in-vaults.ts';
import type { PlannedSecret, PlannedValue } from '../importing/plan-import.ts';
import type { WrittenValue } from '../importing/written-value.ts';
import { FreeNames } from '../planning/free-names.ts';
import { ReadyProviders, requireLength } from '../planning/ready-providers.ts';
import { asRefusal, Refusal, requireVariable } from '../planning/refusal.ts';
import { generateValue } from '../secret-value.ts';

export interface CopyPlace {
  readonly deps: Dependencies;
  readonly actor: Actor;
  /** that gets the secrets */
  readonly algorithmId: string;
  readonly sourceId: string;
}

type Chosen = SecretsCopyRequest['secrets'][number];
type Secret = Rows['secret'];

export interface CopyPlan {
  readonly entries: readonly SecretsCopyEntry[];
  /** with the value that was given, or made */
  readonly values: readonly PlannedValue[];
  readonly referring: readonly WrittenValue[];
  /** variables of new secrets that have no value yet */
  readonly valueless: readonly string[];
}

/**
 * What a copy would do with each secret. Values stay where they are: the backend cannot read them.
 * @throws {ApiError} 8008 where the source has no such secret
 */
export const planCopy = async (place: CopyPlace, chosen: readonly Chosen[]): Promise<CopyPlan> => {
  const { deps, algorithmId, sourceId } = place;
  const secrets = await chosenSecrets(deps, sourceId, chosen);
  const there = await verifiedSet(deps, readCommitted(deps), algorithmId);
  const entryOf = new Map((there?.body.secrets ?? []).map((entry) => [entry.environmentVariable, entry]));
  const others = await deps.ledger.genuineAll(
    'secret',
    await deps.db.prisma.secret.findMany({ where: { algorithmId } }),
  );
  const providers = new ReadyProviders(deps);
  const names = new FreeNames(others.map(({ shortName }) => shortName));
  const entries: SecretsCopyEntry[] = [];
  const plan = { values: [] as PlannedValue[], referring: [] as WrittenValue[], valueless: [] as string[] };
  for (const { secret, given } of secrets) {
    const told = { secretId: secret.id, secret_key: secret.environmentVariable, short_name: secret.shortName };
    try {
      const action = await planOne(place, { secret, given, providers, names, there: entryOf, plan });
      entries.push({ ...told, action, reason: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      entries.push({ ...told, action: 'refuse', reason: error.message });
    }
  }
  return { entries, ...plan };
};

interface One {
  readonly secret: Secret;
  readonly given: Chosen;
  readonly providers: ReadyProviders;
  readonly names: FreeNames;
  readonly there: ReadonlyMap<string, SetEntry>;
  readonly plan: { readonly values: PlannedValue[]; readonly referring: WrittenValue[]; readonly valueless: string[] };
}

/** @throws {Refusal} */
const planOne = async (
  place: CopyPlace,
  { secret, given, providers, names, there, plan }: One,
): Promise<SecretsCopyEntry['action']> => {
  const { environmentVariable: variable, providerId, shortName, description, staleSeconds, reference } = secret;
  const present = there.get(variable);
  if (present?.deleting)
    throw new Refusal('The algorithm has it, and its removal is under way. Try again when it is done.');
  if (present !== undefined) return 'keep';
  requireVariable(variable);
  const ready = await providers.find(providerId, 'create').catch(asRefusal);
  const planned = { variable, providerId, entry: null, description, staleSeconds };
  if (reference !== null) {
    const named = { ...planned, reference, shortName: names.propose(variable, shortName) };
    plan.referring.push(await refer(place, named, ready.provider));
    return 'refer';
  }
  await providers.requireAllowed(ready, 'create');
  const value = valueOf(given);
  if (value === null) plan.valueless.push(variable);
  else {
    requireLength(value, ready);
    plan.values.push({
      ...{ ...planned, reference, shortName: names.propose(variable, shortName) },
      ...{ value, provider: ready.provider },
    });
  }
  return 'create';
};

const valueOf = ({ secret_value: value, generate }: Chosen): string | null =>
  value ?? (generate === undefined ? null : generateValue(generate));

/** The vault is asked whether the other algorithm may refer to it too. */
const refer = async (
  { algorithmId }: CopyPlace,
  planned: PlannedSecret & { readonly reference: string },
  provider: PlannedValue['provider'],
): Promise<WrittenValue> => {
  const entry = newEntryOf(planned);
  const providerKey = await findReferred(provider, planned.reference, contextOf(algorithmId, entry)).catch(asRefusal);
  return {
    ...{ planned, providerVersion: null, intent: null },
    entry: { ...entry, providerKey, sealedHash: null, reference: true },
  };
};

/** In the order of their variables, each once. */
const chosenSecrets = async (
  { db, ledger }: Dependencies,
  sourceId: string,
  chosen: readonly Chosen[],
): Promise<readonly { readonly secret: Secret; readonly given: Chosen }[]> => {
  const ids = chosen.map(({ secretId }) => secretId);
  const found = await db.prisma.secret.findMany({
    where: { id: { in: ids }, algorithmId: sourceId },
    orderBy: { environmentVariable: 'asc' },
  });
  const secrets = new Map((await ledger.genuineAll('secret', found)).map((secret) => [secret.id, secret]));
  const givenTo = new Map(chosen.map((one) => [one.secretId, one]));
  if (secrets.size < givenTo.size) throw secretNotFound();
  return [...secrets.values()].flatMap((secret) => {
    const given = givenTo.get(secret.id);
    return given === undefined ? [] : [{ secret, given }];
  });
};
