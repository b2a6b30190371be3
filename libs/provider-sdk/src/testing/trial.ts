import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { SecretContext, SecretIdentifier } from '../secret-provider.ts';
import type { ConformanceSubject } from './conformance-check.ts';

/** The secrets of one check, each in a context of its own. */
export class Trial {
  readonly #created = new Map<string, TrialSecret>();
  readonly #creations: Promise<unknown>[] = [];

  constructor(readonly subject: ConformanceSubject) {}

  create(value: string, context: SecretContext = freshContext()): Promise<TrialSecret> {
    const creation = this.#create(value, context);
    this.#creations.push(creation);
    return creation;
  }

  async #create(value: string, context: SecretContext): Promise<TrialSecret> {
    await this.#expect(context);
    const identifier = await this.subject.backend.createSecret(value, context);
    const secret = new TrialSecret(this.subject, identifier.getProviderKey(), context);
    this.#created.set(secret.key, secret);
    return secret;
  }

  /** Notes the key before the call: a creation that is never answered may have been carried out. */
  async #expect(context: SecretContext): Promise<void> {
    try {
      const key = (await this.subject.backend.identifierFor?.(context))?.getProviderKey();
      if (key !== undefined) this.#created.set(key, new TrialSecret(this.subject, key, context));
    } catch {
      // the checks on identifierFor say what is wrong with it
    }
  }

  /** A secret that the vault's own users put there. */
  async existing(value: string): Promise<{ readonly reference: string }> {
    const existing = await this.subject.existing?.(value);
    assert.ok(existing, 'the subject has no existing secrets');
    return existing;
  }

  async referToExisting(value: string): Promise<TrialSecret> {
    const { reference } = await this.existing(value);
    return this.referTo(reference);
  }

  async referTo(reference: string): Promise<TrialSecret> {
    const context = freshContext();
    const identifier = await this.subject.backend.referTo?.(reference, context);
    assert.ok(identifier, 'referTo returned nothing');
    return new TrialSecret(this.subject, identifier.getProviderKey(), context);
  }

  /** Never rejects, because that would hide why the check failed. What deletion does wrong is for its own checks to say. */
  async cleanUp(): Promise<void> {
    const { backend } = this.subject;
    // a check that fails may leave others of its creations under way
    await Promise.allSettled(this.#creations);
    try {
      if (await backend.allowsDelete()) {
        await Promise.allSettled([...this.#created.values()].map((secret) => secret.delete()));
      }
    } catch {
      // the first check says what is wrong with allowsDelete
    }
  }
}

/**
 * A secret as the host knows it: by the key that it stored. Each call gets a new identifier made of that key, because
 * the object that `createSecret` gave does not outlive the process.
 */
export class TrialSecret {
  readonly #subject: ConformanceSubject;
  #context: SecretContext;

  constructor(
    subject: ConformanceSubject,
    readonly key: string,
    context: SecretContext,
  ) {
    this.#subject = subject;
    this.#context = context;
  }

  async value(): Promise<string> {
    return (await this.#subject.worker.getSecret(identifierOf(this.key), this.#context)).getValue();
  }

  async ttl(): Promise<number> {
    return (await this.#subject.worker.getSecret(identifierOf(this.key), this.#context)).getTtl();
  }

  async version(): Promise<string> {
    return this.#subject.worker.getSecretVersion(identifierOf(this.key), this.#context);
  }

  async lastUpdated(): Promise<Date> {
    return this.#subject.worker.secretLastUpdated(identifierOf(this.key), this.#context);
  }

  async update(value: string): Promise<string> {
    const next = { ...this.#context, version: this.#context.version + 1 };
    const version = await this.#subject.backend.updateSecret(identifierOf(this.key), value, next);
    this.#context = next;
    return version;
  }

  async rotate(): Promise<string> {
    const next = { ...this.#context, version: this.#context.version + 1 };
    const version = await this.#subject.backend.rotate?.(identifierOf(this.key), next);
    assert.ok(version !== undefined, 'rotate returned nothing');
    this.#context = next;
    return version;
  }

  async delete(): Promise<boolean> {
    return this.#subject.backend.deleteSecret(identifierOf(this.key), this.#context);
  }
}

export const freshContext = (): SecretContext => ({
  secretId: randomUUID(),
  algorithmId: randomUUID(),
  environmentVariable: 'CONFORMANCE',
  version: 1,
});

const identifierOf = (providerKey: string): SecretIdentifier => ({ getProviderKey: () => providerKey });

export const randomValue = (): string => randomBytes(24).toString('hex');

/** A secret that is not there, under a key as well formed as the provider lets us make one. */
export const unknownSecret = async (trial: Trial): Promise<TrialSecret> => {
  const { backend } = trial.subject;
  const context = freshContext();
  if (backend.identifierFor) return new TrialSecret(trial.subject, await predictedKey(trial, context), context);
  if ((await backend.allowsCreate()) && (await backend.allowsDelete())) {
    const secret = await trial.create(randomValue());
    await secret.delete();
    return secret;
  }
  return new TrialSecret(trial.subject, `unknown-${context.secretId}`, context);
};

export const predictedKey = async (trial: Trial, context: SecretContext): Promise<string> => {
  const identifier = await trial.subject.backend.identifierFor?.(context);
  assert.ok(identifier, 'identifierFor returned nothing');
  return identifier.getProviderKey();
};
