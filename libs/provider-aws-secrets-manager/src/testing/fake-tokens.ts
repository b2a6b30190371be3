import type { SigningAccount } from './verify-signature.ts';

/** AWS STS as its clients see it: the query protocol. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export class FakeTokens {
  readonly configuration = {
    aws_role_arn: 'arn:aws:iam::123456789012:role/secret-store',
    aws_web_identity_token: 'token-of-the-platform',
  };
  exchanges = 0;

  constructor(private readonly account: SigningAccount) {}

  answer(query: URLSearchParams): { readonly status: number; readonly xml: string } {
    this.exchanges += 1;
    const { aws_role_arn, aws_web_identity_token } = this.configuration;
    const isKnown = query.get('WebIdentityToken') === aws_web_identity_token && query.get('RoleArn') === aws_role_arn;
    if (query.get('Action') !== 'AssumeRoleWithWebIdentity' || !isKnown) {
      return { status: 400, xml: '<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>' };
    }
    const { accessKeyId, secretAccessKey } = this.account;
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const credentials = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${expiration}</Expiration>`;
    return {
      status: 200,
      xml: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    };
  }
}
