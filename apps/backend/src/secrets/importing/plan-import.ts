import { type Actor, ApiError, importedVariablesMaximum, type SecretImportEntry } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { parse } from 'dotenv';
import type { Dependencies } from '../../dependencies.ts';
import type { ReadyProvider } from '../../running/provider-access.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { FreeNames } from '../planning/free-names.ts';
import { ReadyProviders, requireLength } from '../planning/ready-providers.ts';
import { asRefusal, Refusal, requireValue, requireVariable } from '../planning/refusal.ts';
import { repeatedNames, unreadLines } from './read-lines.ts';

export interface ImportPlace {
  readonly deps: Dependencies;
  readonly actor: Actor;
  readonly algorithmId: string;
  /** what is done, in a message that says what became of it */
  readonly done: 'imported' | 'copied';
}

/** A secret to create, or one to give a new value. */
export interface PlannedSecret {
  readonly variable: string;
  readonly providerId: string;
  /** null: to be created */
  readonly entry: SetEntry | null;
  readonly shortName: string;
  readonly description: string;
  /** of a new one; null: as its provider says */
  readonly staleSeconds: number | null;
  /** the path in its vault, of a new one that has no value here */
  readonly reference: string | null;
}

export interface PlannedValue extends PlannedSecret {
  readonly value: string;
  /** running */
  readonly provider: AsyncSecretProvider;
}

type Update<Planned> = Planned & { readonly entry: SetEntry };
export type PlannedUpdate = Update<PlannedValue>;

export const isUpdate = <Planned extends PlannedSecret>(planned: Planned): planned is Update<Planned> =>
  planned.entry !== null;

export interface ImportPlan {
  readonly entries: readonly SecretImportEntry[];
  /** what is not refused */
  readonly values: readonly PlannedValue[];
  /** numbers of lines in which the parser finds nothing */
  readonly unread: readonly number[];
}

/**
 * What an import would do with each variable.
 * @throws {ApiError} 8001 for a text without variables, or with too many; what {@link providerFor} throws for the provider of new values
 */
export const planImport = async (
  { deps, algorithmId }: ImportPlace,
  { text, provider_id: providerId }: { readonly text: string; readonly provider_id?: string | undefined },
): Promise<ImportPlan> => {
  const variables = variablesOf(text);
  const repeated = repeatedNames(text);
  const set = await verifiedSet(deps, readCommitted(deps), algorithmId);
  const entryOf = new Map((set?.body.secrets ?? []).map((entry) => [entry.environmentVariable, entry]));
  const rows = await deps.db.prisma.secret.findMany({ where: { algorithmId } });
  const named = await deps.ledger.genuineAll('secret', rows);
  const providers = new ReadyProviders(deps);
  const names = new FreeNames(named.map(({ shortName }) => shortName));
  const entries: SecretImportEntry[] = [];
  const values: PlannedValue[] = [];
  for (const [variable, value] of variables) {
    const entry = entryOf.get(variable) ?? null;
    const known = named.find(({ id }) => id === entry?.secretId);
    try {
      if (repeated.has(variable))
        throw new Refusal('The text has this variable more than once. Keep one of the lines.');
      requireVariable(variable);
      requireUnhindered(entry);
      requireValue(value);
      const ready = await requireProvider(providers, entry, providerId ?? null);
      requireLength(value, ready);
      const { shortName, description } = known ?? { shortName: names.propose(variable), description: '' };
      const planned = { variable, providerId: ready.providerId, entry, shortName, description };
      values.push({ ...planned, staleSeconds: null, reference: null, value, provider: ready.provider });
      entries.push({ secret_key: variable, action: entry === null ? 'create' : 'update', reason: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      entries.push({ secret_key: variable, action: 'refuse', reason: error.message });
    }
  }
  return { entries, values, unread: unreadLines(text) };
};

const variablesOf = (text: string): readonly (readonly [string, string])[] => {
  const variables = Object.entries(parse(text));
  if (variables.length === 0) {
    throw new ApiError('SecretMetadataConstraintViolation', 'The text has no variables. Write one NAME=value a line.', {
      field: 'text',
    });
  }
  if (variables.length > importedVariablesMaximum) {
    throw new ApiError(
      'SecretMetadataConstraintViolation',
      `The text has ${variables.length.toLocaleString('en-US')} variables. Import at most ${importedVariablesMaximum} at once.`,
      { field: 'text' },
    );
  }
  return variables;
};

const requireUnhindered = (entry: SetEntry | null): void => {
  if (entry?.reference === true) throw new Refusal('It refers to a secret in a vault. Change the value there.');
  if (entry?.deleting) throw new Refusal('Its removal is under way. Try again when it is done.');
};

/** The provider of new values is the caller's choice, that of a known secret is not. */
const requireProvider = async (
  providers: ReadyProviders,
  entry: SetEntry | null,
  providerOfNew: string | null,
): Promise<ReadyProvider> => {
  const purpose = entry === null ? 'create' : 'update';
  const ready =
    entry === null
      ? await providers.find(providerOfNew, purpose)
      : await providers.find(entry.providerId, purpose).catch(asRefusal);
  await providers.requireAllowed(ready, purpose);
  return ready;
};
