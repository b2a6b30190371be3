import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  InvalidReferenceError,
  requireOwnKey,
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  type SecretNames,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import type { AwsConfiguration } from './aws-configuration.ts';
import { awsProblem, isInvalidRequest } from './aws-problem.ts';
import { createClient } from './secrets-manager.ts';

const currentStage = 'AWSCURRENT';
/** Marks a key as the name or ARN of a referenced secret. The store's own names cannot contain a colon. */
const referenceMark = 'ref:';

/** Each secret is one secret of AWS, named `<prefix><secret id>`, which is its provider key too. */
export class AwsSecretsManagerSecretProvider implements SecretProvider {
  readonly #client: SecretsManagerClient;
  readonly referTo?: NonNullable<SecretProvider['referTo']>;
  readonly list?: NonNullable<SecretProvider['list']>;
  readonly rotate?: NonNullable<SecretProvider['rotate']>;
  readonly allowsCreate = (): boolean => true;
  readonly allowsUpdate = (): boolean => true;
  readonly allowsDelete = (): boolean => true;

  constructor(private readonly configuration: AwsConfiguration) {
    this.#client = createClient(configuration);
    const { referencePrefix, rotation } = configuration;
    if (referencePrefix !== undefined) {
      this.referTo = (reference, context) => this.#refer(reference, Deadline.of(context));
      this.list = (marker) => this.#list(referencePrefix, marker);
    }
    if (rotation)
      this.rotate = async (id, context) => this.#rotate(this.#ownName(id, context), rotation, Deadline.of(context));
  }

  /** The SDK adds a request token, so its own retries create the secret only once. */
  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const id = this.identifierFor(context);
    const { kmsKeyId: KmsKeyId } = this.configuration;
    const input = { Name: id.getProviderKey(), SecretString: sized(value), ...(KmsKeyId && { KmsKeyId }) };
    const creation = new CreateSecretCommand(input);
    await this.#call(Deadline.of(context), (options) => this.#client.send(creation, options).catch(nameIsTaken));
    return id;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    const name = this.#ownName(id, context);
    const update = new PutSecretValueCommand({ SecretId: name, SecretString: sized(value) });
    const send: Send<{ VersionId?: string | undefined }> = (options) => this.#client.send(update, options);
    return known((await this.#callOnLiving(name, Deadline.of(context), send)).VersionId);
  }

  /** A forced deletion also succeeds for a missing secret, so we check first. */
  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    const days = this.configuration.recoveryWindowDays;
    const manner = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    try {
      const name = this.#ownName(id, context);
      const deadline = Deadline.of(context);
      await this.#describeLiving(name, deadline);
      const deletion = new DeleteSecretCommand({ SecretId: name, ...manner });
      await this.#callOnLiving(name, deadline, (options) => this.#client.send(deletion, options));
      return true;
    } catch (error) {
      if (error instanceof SecretNotFoundError) return false;
      throw error;
    }
  }

  identifierFor({ secretId }: SecretContext): SecretIdentifier {
    return { getProviderKey: () => `${this.configuration.namePrefix}${secretId}` };
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    const name = this.#nameOf(id, context);
    const command = new GetSecretValueCommand({ SecretId: name, VersionStage: currentStage });
    const send: Send<{ SecretString?: string | undefined }> = (options) => this.#client.send(command, options);
    return new SimpleSecret(known((await this.#callOnLiving(name, Deadline.of(context), send)).SecretString));
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return versionIn(await this.#describeLiving(this.#nameOf(id, context), Deadline.of(context)));
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    const description = await this.#describeLiving(this.#nameOf(id, context), Deadline.of(context));
    return known(description.LastChangedDate ?? description.CreatedDate);
  }

  /** The platform renews the file of a token: the host reads it again every five minutes. */
  getTtl(): number {
    return 'token' in this.configuration.identity ? 300 : 0;
  }

  async #refer(reference: string, deadline: Deadline): Promise<SecretIdentifier> {
    await this.#describeLiving(this.#openName(reference), deadline);
    return { getProviderKey: () => `${referenceMark}${reference}` };
  }

  async #list(prefix: string, marker: string | undefined): Promise<SecretNames> {
    const filter = { Filters: [{ Key: 'name' as const, Values: [prefix] }], MaxResults: 100 };
    const command = new ListSecretsCommand({ ...filter, ...(marker !== undefined && { NextToken: marker }) });
    const { SecretList = [], NextToken } = await this.#call(new Deadline(8_500), (options) =>
      this.#client.send(command, options),
    );
    const names = SecretList.map(({ Name = '' }) => Name).filter((name) => this.#isOpen(name));
    return { names, ...(NextToken !== undefined && { marker: NextToken }) };
  }

  /** AWS answers before its function has made the value: the new version is not the current one yet. */
  async #rotate(name: string, { lambdaArn, days }: Rotation, deadline: Deadline): Promise<string> {
    const rules = { RotationLambdaARN: lambdaArn, RotationRules: { AutomaticallyAfterDays: days } };
    const command = new RotateSecretCommand({ SecretId: name, ...rules, RotateImmediately: true });
    const { VersionId } = await this.#callOnLiving(name, deadline, (options) => this.#client.send(command, options));
    while (versionIn(await this.#describeLiving(name, deadline)) !== known(VersionId)) await pause(250);
    return known(VersionId);
  }

  #nameOf(id: SecretIdentifier, context: SecretContext): string {
    const key = id.getProviderKey();
    return key.startsWith(referenceMark) ? this.#openName(key.slice(referenceMark.length)) : this.#ownName(id, context);
  }

  #openName(reference: string): string {
    if (!this.#isOpen(reference)) throw new InvalidReferenceError();
    return reference;
  }

  /** A secret of the store is never open: only its own algorithm reads it. An ARN ends in six characters that AWS adds to the name. */
  #isOpen(reference: string): boolean {
    const { namePrefix, referencePrefix } = this.configuration;
    const [, name = reference] =
      /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:(.+)-\w{6}$/.exec(reference) ?? [];
    const isBelow = referencePrefix !== undefined && name.startsWith(referencePrefix);
    return isBelow && !name.startsWith(namePrefix) && /^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name);
  }

  /** A secret stored under another prefix still ends in its id: setting the old prefix again finds it. */
  #ownName(id: SecretIdentifier, context: SecretContext): string {
    return requireOwnKey(id, this.identifierFor(context), { referenceMark, ending: context.secretId });
  }

  /** Never returns the value. A secret whose deletion is scheduled can still be described. */
  async #describeLiving(name: string, deadline: Deadline): Promise<DescribeSecretResponse> {
    const command = new DescribeSecretCommand({ SecretId: name });
    const description = await this.#call(deadline, (options) => this.#client.send(command, options));
    if (description.DeletedDate) throw new SecretNotFoundError();
    return description;
  }

  /** For a secret whose deletion is scheduled, AWS says that the request is invalid, as it does in many other cases. */
  async #callOnLiving<Answer>(name: string, deadline: Deadline, send: Send<Answer>): Promise<Answer> {
    return this.#call(deadline, async (options) => {
      try {
        return await send(options);
      } catch (error) {
        if (isInvalidRequest(error)) await this.#describeLiving(name, deadline);
        throw error;
      }
    });
  }

  async #call<Answer>(deadline: Deadline, send: Send<Answer>): Promise<Answer> {
    try {
      // the SDK's exchange of a token for credentials takes no signal
      return await deadline.waitFor(send({ abortSignal: deadline.signal() }));
    } catch (error) {
      throw awsProblem(error);
    }
  }
}

type Send<Answer> = (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>;
type Rotation = NonNullable<AwsConfiguration['rotation']>;

/** A name whose deletion is scheduled is taken too, and AWS calls that an invalid request. */
const nameIsTaken = (error: unknown): never => {
  throw isInvalidRequest(error) ? new VaultProblemError('conflict') : error;
};

const sized = (value: string): string => {
  if (Buffer.byteLength(value) > 65_536) throw new VaultProblemError('too-large');
  return value;
};

const versionIn = ({ VersionIdsToStages = {} }: DescribeSecretResponse): string =>
  known(Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(currentStage))?.[0]);

const known = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new VaultProblemError('unexpected-answer');
  return value;
};
