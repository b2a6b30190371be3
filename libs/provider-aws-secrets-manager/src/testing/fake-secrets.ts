import { randomBytes } from 'node:crypto';

export interface FakeAnswer {
  readonly status: number;
  readonly body: object;
}

interface FakeSecret {
  readonly arn: string;
  readonly versions: Map<string, { readonly value: string; stages: string[] }>;
  readonly kmsKeyId: string | undefined;
  changed: number;
  deleted?: number;
}

export interface Input {
  readonly Name?: string;
  readonly SecretId?: string;
  readonly SecretString?: string;
  readonly ClientRequestToken?: string;
  readonly ForceDeleteWithoutRecovery?: boolean;
  readonly RecoveryWindowInDays?: number;
  readonly KmsKeyId?: string;
  readonly RotationLambdaARN?: string;
  readonly RotationRules?: { readonly AutomaticallyAfterDays?: number };
  readonly Filters?: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/**
 * The actions that the provider uses, on secrets in memory. Answers as AWS documents it; compared with moto 5.2.5, which says
 * 404 for what is not found, counts in whole seconds, and lets a secret be updated whose deletion is scheduled.
 */
export class FakeSecrets {
  readonly #secrets = new Map<string, FakeSecret>();
  /** What the function of the account that makes new values takes for it: requests that still see the old version. */
  rotationRequests = 0;

  get names(): string[] {
    return [...this.#secrets.keys()];
  }

  kmsKeyOf(name: string): string | undefined {
    return this.#secrets.get(name)?.kmsKeyId;
  }

  arnOf(name: string): string {
    return this.#secrets.get(name)?.arn ?? arnOf(name);
  }

  /** What JSON.parse gives is taken for what the SDK sends; a wrong type is a test that fails. */
  answer(action: string, input: Input): FakeAnswer {
    if (action === 'CreateSecret') return this.#create(input);
    if (action === 'ListSecrets') return this.#list(input);
    const name = this.#nameOf(input.SecretId ?? '');
    const secret = this.#secrets.get(name);
    if (!secret) {
      const isForced = action === 'DeleteSecret' && input.ForceDeleteWithoutRecovery === true;
      return isForced ? answered({ ARN: arnOf(name), Name: name, DeletionDate: now() }) : notFound;
    }
    if (action === 'DescribeSecret') {
      this.#continueRotation();
      return describe(name, secret);
    }
    if (secret.deleted !== undefined && input.ForceDeleteWithoutRecovery !== true) return markedForDeletion;
    switch (action) {
      case 'GetSecretValue':
        return read(name, secret);
      case 'PutSecretValue':
        return put(name, secret, input);
      case 'DeleteSecret':
        return this.#delete(name, secret, input);
      case 'RotateSecret':
        return this.#rotate(name, secret, input);
      default:
        return failed('UnknownOperationException', 'no such action');
    }
  }

  #finishRotation: (() => void) | undefined;

  #continueRotation(): void {
    this.rotationRequests -= 1;
    if (this.rotationRequests >= 0) return;
    this.#finishRotation?.();
    this.#finishRotation = undefined;
  }

  /** Answers at once; the function makes the value afterwards. */
  #rotate(name: string, secret: FakeSecret, input: Input): FakeAnswer {
    const { ClientRequestToken = '', RotationLambdaARN, RotationRules } = input;
    if (!RotationLambdaARN || !RotationRules?.AutomaticallyAfterDays) {
      return failed('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
    }
    const SecretString = randomBytes(12).toString('hex');
    this.#finishRotation = () => {
      put(name, secret, { SecretString, ClientRequestToken });
    };
    return answered({ ARN: secret.arn, Name: name, VersionId: ClientRequestToken });
  }

  #nameOf(id: string): string {
    return [...this.#secrets].find(([, { arn }]) => arn === id)?.[0] ?? id;
  }

  /** A page has three, so that tests meet several. */
  #list({ Filters = [], NextToken = '0' }: Input): FakeAnswer {
    const [start = ''] = Filters[0]?.Values ?? [];
    const found = [...this.#secrets].filter(([name, { deleted }]) => name.startsWith(start) && deleted === undefined);
    const from = Number(NextToken);
    const SecretList = found.slice(from, from + 3).map(([Name, { arn }]) => ({ ARN: arn, Name }));
    return answered({ SecretList, ...(from + 3 < found.length && { NextToken: String(from + 3) }) });
  }

  #create({ Name = '', SecretString = '', ClientRequestToken = '', KmsKeyId }: Input): FakeAnswer {
    const there = this.#secrets.get(Name);
    if (there?.deleted !== undefined) {
      return failed(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (there && there.versions.get(ClientRequestToken)?.value !== SecretString) {
      return failed('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
    }
    const versions = new Map([[ClientRequestToken, { value: SecretString, stages: ['AWSCURRENT'] }]]);
    const secret = there ?? { arn: arnOf(Name), versions, changed: now(), kmsKeyId: KmsKeyId };
    this.#secrets.set(Name, secret);
    return answered({ ARN: secret.arn, Name, VersionId: ClientRequestToken });
  }

  #delete(
    name: string,
    secret: FakeSecret,
    { ForceDeleteWithoutRecovery, RecoveryWindowInDays = 30 }: Input,
  ): FakeAnswer {
    if (ForceDeleteWithoutRecovery) this.#secrets.delete(name);
    else if (RecoveryWindowInDays < 7 || RecoveryWindowInDays > 30) {
      return failed(
        'InvalidParameterException',
        'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      );
    } else secret.deleted = now();
    return answered({ ARN: secret.arn, Name: name, DeletionDate: now() });
  }
}

export const failed = (type: string, message: string, status = 400): FakeAnswer => ({
  status,
  body: { __type: type, Message: message },
});

const answered = (body: object): FakeAnswer => ({ status: 200, body });
const notFound = failed('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
const markedForDeletion = failed(
  'InvalidRequestException',
  "You can't perform this operation on the secret because it was marked for deletion.",
);

/** Seconds, as times are in this protocol. */
const now = (): number => Date.now() / 1000;

const arnOf = (name: string): string =>
  `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}-${randomBytes(3).toString('hex')}`;

const read = (name: string, { arn, versions, changed }: FakeSecret): FakeAnswer => {
  for (const [id, { value, stages }] of versions) {
    if (!stages.includes('AWSCURRENT')) continue;
    return answered({
      ARN: arn,
      Name: name,
      VersionId: id,
      SecretString: value,
      VersionStages: stages,
      CreatedDate: changed,
    });
  }
  return notFound;
};

const describe = (name: string, { arn, versions, changed, deleted }: FakeSecret): FakeAnswer => {
  const stages = Object.fromEntries(
    [...versions].filter(([, version]) => version.stages.length > 0).map(([id, version]) => [id, version.stages]),
  );
  return answered({
    ARN: arn,
    Name: name,
    LastChangedDate: changed,
    VersionIdsToStages: stages,
    ...(deleted && { DeletedDate: deleted }),
  });
};

const put = (name: string, secret: FakeSecret, { SecretString = '', ClientRequestToken = '' }: Input): FakeAnswer => {
  for (const version of secret.versions.values()) {
    version.stages = version.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : [];
  }
  secret.versions.set(ClientRequestToken, { value: SecretString, stages: ['AWSCURRENT'] });
  secret.changed = now();
  return answered({ ARN: secret.arn, Name: name, VersionId: ClientRequestToken, VersionStages: ['AWSCURRENT'] });
};
