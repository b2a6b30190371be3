import {
  type Actor,
  ApiError,
  displayNameOf,
  environmentVariable,
  importedVariablesMaximum,
  reasonReserved,
  type SecretImportEntry,
  secretValue,
} from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { parse } from 'dotenv';
import type { Dependencies } from '../../dependencies.ts';
import { callProvider } from '../../running/provider-call.ts';
import { providerFor, type ReadyProvider } from '../../running/provider-access.ts';
import { readCommitted, verifiedSet } from '../../sets/verified-set.ts';
import { repeatedNames, unreadLines } from './read-lines.ts';

export interface ImportPlace {
  readonly deps: Dependencies;
  readonly actor: Actor;
  readonly algorithmId: string;
}

/** A secret to create, or one to give a new value. */
export interface PlannedValue {
  readonly variable: string;
  readonly value: string;
  readonly providerId: string;
  /** running */
  readonly provider: AsyncSecretProvider;
  /** null: to be created */
  readonly entry: SetEntry | null;
  readonly shortName: string;
  readonly description: string;
}

export type PlannedUpdate = PlannedValue & { readonly entry: SetEntry };

export const isUpdate = (planned: PlannedValue): planned is PlannedUpdate => planned.entry !== null;

export interface ImportPlan {
  readonly entries: readonly SecretImportEntry[];
  /** what is not refused */
  readonly values: readonly PlannedValue[];
  /** numbers of lines in which the parser finds nothing */
  readonly unread: readonly number[];
}

/** Refused before anything is written. The message has no value in it. */
class Refusal extends Error {
  override readonly name = 'Refusal';
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
  const providers = new Providers(deps, providerId ?? null);
  const names = new ProposedNames(named.map(({ shortName }) => shortName));
  const entries: SecretImportEntry[] = [];
  const values: PlannedValue[] = [];
  for (const [variable, value] of variables) {
    const entry = entryOf.get(variable) ?? null;
    const known = named.find(({ id }) => id === entry?.secretId);
    try {
      if (repeated.has(variable))
        throw new Refusal('The text has this variable more than once. Keep one of the lines.');
      requireVariable(variable, entry);
      requireValue(value);
      const { providerId: keptBy, provider } = await providers.require(entry, value);
      const { shortName, description } = known ?? { shortName: names.propose(variable), description: '' };
      values.push({ variable, value, providerId: keptBy, provider, entry, shortName, description });
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

const requireVariable = (variable: string, entry: SetEntry | null): void => {
  const reserved = reasonReserved(variable);
  if (reserved !== null) throw new Refusal(`The name is reserved, since ${reserved}.`);
  if (!environmentVariable.safeParse(variable).success) {
    throw new Refusal('Use only letters, digits and _, start with a letter or _, and at most 128 characters.');
  }
  if (entry?.reference === true) throw new Refusal('It refers to a secret in a vault. Change the value there.');
  if (entry?.deleting) throw new Refusal('Its removal is under way. Try again when it is done.');
};

const requireValue = (value: string): void => {
  if (value === '') throw new Refusal('The value is empty. Enter one, or leave the line out.');
  const [issue] = secretValue.safeParse(value).error?.issues ?? [];
  if (issue !== undefined) throw new Refusal(`The value ${issue.message}.`);
};

/** Each provider is asked once what it can do. */
class Providers {
  readonly #deps: Dependencies;
  readonly #ofNew: string | null;
  readonly #ready = new Map<string, Promise<ReadyProvider>>();
  readonly #allowed = new Map<string, Promise<boolean>>();

  constructor(deps: Dependencies, ofNew: string | null) {
    this.#deps = deps;
    this.#ofNew = ofNew;
  }

  async require(entry: SetEntry | null, value: string): Promise<ReadyProvider> {
    const purpose = entry === null ? 'create' : 'update';
    const providerId = entry === null ? this.#ofNew : entry.providerId;
    const ready = await this.#find(providerId, purpose);
    if (!(await this.#allows(ready, purpose))) {
      throw new Refusal(
        entry === null
          ? 'The provider does not create secrets. Choose another one.'
          : 'Its provider does not update values. Delete the secret and create it again.',
      );
    }
    if (Buffer.byteLength(value, 'utf8') > ready.maximumValueBytes) {
      throw new Refusal(
        `Its provider takes values of at most ${ready.maximumValueBytes.toLocaleString('en-US')} bytes.`,
      );
    }
    return ready;
  }

  async #find(providerId: string | null, purpose: 'create' | 'update'): Promise<ReadyProvider> {
    const key = `${purpose}/${providerId}`;
    const ready = this.#ready.get(key) ?? providerFor(this.#deps, providerId, purpose);
    this.#ready.set(key, ready);
    try {
      return await ready;
    } catch (error) {
      // the provider of new values is the caller's choice, that of a known secret is not
      if (purpose === 'update' && error instanceof ApiError) throw new Refusal(error.message);
      throw error;
    }
  }

  #allows({ providerId, provider }: ReadyProvider, purpose: 'create' | 'update'): Promise<boolean> {
    const key = `${purpose}/${providerId}`;
    const allowed = this.#allowed.get(key) ?? callProvider(() => allows(provider, purpose));
    this.#allowed.set(key, allowed);
    return allowed;
  }
}

const allows = (provider: AsyncSecretProvider, purpose: 'create' | 'update'): Promise<boolean> =>
  purpose === 'create' ? provider.allowsCreate() : provider.allowsUpdate();

/** Display names that no other secret of the algorithm has. */
class ProposedNames {
  readonly #taken: Set<string>;

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken);
  }

  propose(variable: string): string {
    const free = [displayNameOf(variable), variable].find((name) => !this.#taken.has(name));
    if (free === undefined) {
      throw new Refusal(
        `Other secrets have the display names “${displayNameOf(variable)}” and “${variable}”. Rename one.`,
      );
    }
    this.#taken.add(free);
    return free;
  }
}
