import { ConfigurationError } from '@secret-store/provider-sdk';
import {
  type ConfigurationMap,
  matching,
  optional,
  required,
  url,
  wholeNumber,
  word,
} from '@secret-store/provider-sdk/configuration';

/** An access key, or a token of the platform with the role that it is to be exchanged for. */
type AwsIdentity =
  | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  | { readonly roleArn: string; readonly token: string; readonly tokenService: string };

export interface AwsConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly identity: AwsIdentity;
  readonly namePrefix: string;
  /** What the names of secrets begin with that users may refer to. */
  readonly referencePrefix: string | undefined;
  /** AWS's own unless set. */
  readonly kmsKeyId: string | undefined;
  /** The Lambda function that makes new values, and how often AWS calls it by itself. */
  readonly rotation: { readonly lambdaArn: string; readonly days: number } | undefined;
  /** 0: a deletion is final */
  readonly recoveryWindowDays: number;
}

const nameRule = [/^[A-Za-z0-9/_+=.@-]{1,256}$/, 'takes 1 to 256 letters, digits and /_+=.@-'] as const;
const none = { fallback: undefined };

/** @throws {ConfigurationError} naming the key at fault, never its value */
export const parseAwsConfiguration = (config: ConfigurationMap): AwsConfiguration => {
  return {
    endpoint: url(config, 'aws_endpoint', { originOnly: true }),
    region: matching(config, 'aws_region', /^[a-z]{2,}(-[a-z0-9]+)+$/, 'must be a region such as eu-central-1'),
    identity: parseIdentity(config),
    namePrefix: matching(config, 'secret_name_prefix', ...nameRule, { fallback: 'secret-store/' }),
    referencePrefix: matching(config, 'reference_prefix', ...nameRule, none),
    kmsKeyId: matching(config, 'kms_key_id', /^[\w:/-]{1,2048}$/, 'must be the ID, ARN or alias of a key', none),
    rotation: parseRotation(config),
    recoveryWindowDays: parseRecoveryWindow(config),
  };
};

const arn = (service: string): RegExp => new RegExp(`^arn:[a-z-]+:${service}:[\\w:/+=,.@-]+$`);

const parseIdentity = (config: ConfigurationMap): AwsIdentity => {
  if (optional(config, 'aws_web_identity_token') !== undefined) {
    const key = 'aws_access_key_id';
    if (optional(config, key)) throw new ConfigurationError(key, 'is not for a token', { reason: 'conflict' });
    return {
      roleArn: matching(config, 'aws_role_arn', arn('iam'), 'must be the ARN of a role'),
      token: required(config, 'aws_web_identity_token').trim(),
      tokenService: url(config, 'aws_sts_endpoint', { originOnly: true }),
    };
  }
  const sessionToken = word(config, 'aws_session_token', none);
  return {
    accessKeyId: matching(config, 'aws_access_key_id', /^\w{4,128}$/, 'must be an access key id'),
    secretAccessKey: word(config, 'aws_secret_access_key'),
    ...(sessionToken !== undefined && { sessionToken }),
  };
};

const parseRotation = (config: ConfigurationMap): AwsConfiguration['rotation'] => {
  const lambdaArn = matching(config, 'rotation_lambda_arn', arn('lambda'), 'must be the ARN of a function', none);
  const days = wholeNumber(config, 'rotation_days', { minimum: 1, maximum: 1_000, fallback: 30 });
  return lambdaArn === undefined ? undefined : { lambdaArn, days };
};

const parseRecoveryWindow = (config: ConfigurationMap): number => {
  const days = wholeNumber(config, 'recovery_window_days', { minimum: 0, maximum: 30, fallback: 0 });
  if (days === 0 || days >= 7) return days;
  throw new ConfigurationError('recovery_window_days', 'must be 0, or 7 to 30', { reason: 'not-a-number' });
};
