import { ConfigurationError, type ConfigurationProblem } from '@secret-store/provider-sdk';

const explanations: Record<ConfigurationProblem, string> = {
  missing: 'is required together with the other values that are set',
  spaces: 'must not contain a space, a line break or a character outside ASCII',
  'not-a-url': 'must be a URL with the scheme that its description names, without a user name, query or fragment',
  'not-a-path': 'must be a path such as folder/name, without empty parts, "." or ".."',
  'not-a-certificate': 'must contain certificates in PEM, which begin with BEGIN CERTIFICATE',
  'not-a-private-key': 'must contain one private key in PEM, without a passphrase',
  'other-private-key': 'contains a private key that does not belong to the certificate',
  'not-a-token': 'must be a signed token (JWT)',
  'not-a-number': 'must be a number within the limits that its description gives',
  'not-a-choice': 'must be one of the values that its description lists',
  'not-a-name': 'contains a character that is not allowed there, or is too long',
  conflict: 'cannot be combined with the other values that are set; remove one of them',
};

/** What a plugin rejected, in our words. */
export const configurationRefusal = (key: string, reason: ConfigurationProblem | undefined): ConfigurationError =>
  new ConfigurationError(
    key,
    reason === undefined ? 'is missing, or the plugin rejected its value' : explanations[reason],
    { reason },
  );
