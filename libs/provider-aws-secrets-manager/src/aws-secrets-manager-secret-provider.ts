import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  requireOwnKey,
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import type { AwsConfiguration } from './aws-configuration.ts';
import { awsProblem, isInvalidRequest } from './aws-problem.ts';
import { callMilliseconds, createClient } from './secrets-manager.ts';

const maximumValueBytes = 65_536;
const currentStage = 'AWSCURRENT';

/** Each secret is one secret of AWS, named `<prefix><secret id>`, which is its provider key too. */
export class AwsSecretsManagerSecretProvider implements SecretProvider {
  readonly #client: SecretsManagerClient;
  readonly #namePrefix: string;
  readonly #recoveryWindowDays: number;

  constructor(configuration: AwsConfiguration) {
    this.#client = createClient(configuration);
    this.#namePrefix = configuration.namePrefix;
    this.#recoveryWindowDays = configuration.recoveryWindowDays;
  }

  /** The SDK adds a request token, so its own retries create the secret only once. */
  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const id = this.identifierFor(context);
    const creation = new CreateSecretCommand({ Name: id.getProviderKey(), SecretString: sized(value) });
    await this.#call(newDeadline(), (options) => this.#client.send(creation, options).catch(nameIsTaken));
    return id;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    const name = requireOwnKey(id, this.identifierFor(context));
    const update = new PutSecretValueCommand({ SecretId: name, SecretString: sized(value) });
    const { VersionId } = await this.#callOnLiving(name, newDeadline(), (options) =>
      this.#client.send(update, options),
    );
    return known(VersionId);
  }

  /** A forced deletion also succeeds for a missing secret, so we check first. */
  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    const days = this.#recoveryWindowDays;
    const manner = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    try {
      const name = requireOwnKey(id, this.identifierFor(context));
      const deadline = newDeadline();
      await this.#describeLiving(name, deadline);
      const deletion = new DeleteSecretCommand({ SecretId: name, ...manner });
      await this.#callOnLiving(name, deadline, (options) => this.#client.send(deletion, options));
      return true;
    } catch (error) {
      if (error instanceof SecretNotFoundError) return false;
      throw error;
    }
  }

  allowsCreate(): boolean {
    return true;
  }

  allowsUpdate(): boolean {
    return true;
  }

  allowsDelete(): boolean {
    return true;
  }

  identifierFor({ secretId }: SecretContext): SecretIdentifier {
    return { getProviderKey: () => `${this.#namePrefix}${secretId}` };
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    const name = requireOwnKey(id, this.identifierFor(context));
    const command = new GetSecretValueCommand({ SecretId: name, VersionStage: currentStage });
    const { SecretString } = await this.#callOnLiving(name, newDeadline(), (options) =>
      this.#client.send(command, options),
    );
    return new SimpleSecret(known(SecretString));
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    const { VersionIdsToStages } = await this.#describeLiving(
      requireOwnKey(id, this.identifierFor(context)),
      newDeadline(),
    );
    const current = Object.entries(VersionIdsToStages ?? {}).find(([, stages]) => stages.includes(currentStage));
    return known(current?.[0]);
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    const { LastChangedDate, CreatedDate } = await this.#describeLiving(
      requireOwnKey(id, this.identifierFor(context)),
      newDeadline(),
    );
    return known(LastChangedDate ?? CreatedDate);
  }

  getTtl(): number {
    return 0;
  }

  /** Never returns the value. A secret whose deletion is scheduled can still be described. */
  async #describeLiving(name: string, deadline: Deadline): Promise<DescribeSecretResponse> {
    const description = await this.#call(deadline, (options) =>
      this.#client.send(new DescribeSecretCommand({ SecretId: name }), options),
    );
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
      return await send({ abortSignal: deadline.signal(callMilliseconds) });
    } catch (error) {
      throw awsProblem(error);
    }
  }
}

type Send<Answer> = (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>;

const newDeadline = (): Deadline => new Deadline(callMilliseconds);

/** A name whose deletion is scheduled is taken too, and AWS calls that an invalid request. */
const nameIsTaken = (error: unknown): never => {
  throw isInvalidRequest(error) ? new VaultProblemError('conflict') : error;
};

const sized = (value: string): string => {
  if (Buffer.byteLength(value) > maximumValueBytes) throw new VaultProblemError('too-large');
  return value;
};

const known = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new VaultProblemError('unexpected-answer');
  return value;
};
