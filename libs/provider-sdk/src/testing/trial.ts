import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SecretContext, SecretIdentifier } from '../secret-provider.ts';
import type { ConformanceSubject } from './conformance-check.ts';

/** The secrets of one check, each in a context of its own. */
export class Trial {
  readonly #created: TrialSecret[] = [];

  constructor(readonly subject: ConformanceSubject) {}

  async create(value: string, context: SecretContext = freshContext()): Promise<TrialSecret> {
    const identifier = await this.subject.backend.createSecret(value, context);
    const secret = new TrialSecret(this.subject, identifier.getProviderKey(), context);
    this.#created.push(secret);
    return secret;
  }

  /** A secret that the vault's own users put there. */
  async existing(value: string): Promise<{ readonly reference: string }> {
    const existing = await this.subject.existing?.(value);
    assert.ok(existing, 'the subject has no existing secrets');
    return existing;
  }

  async referToExisting(value: string): Promise<TrialSecret> {
    const { reference } = await this.existing(value);
    const context = freshContext();
    const identifier = await this.subject.backend.referTo?.(reference, context);
    assert.ok(identifier, 'referTo returned nothing');
    return new TrialSecret(this.subject, identifier.getProviderKey(), context);
  }

  /** What deletion does wrong is for the checks on deletion to say. */
  async cleanUp(): Promise<void> {
    if (!(await this.subject.backend.allowsDelete())) return;
    await Promise.allSettled(this.#created.map((secret) => secret.delete()));
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
