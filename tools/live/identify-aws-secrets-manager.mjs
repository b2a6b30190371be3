import { ask } from './ask.mjs';

/** moto has pages of its own; AWS tells no version, only the id of the request. */
export const identifyAwsSecretsManager = async (environment) => {
  const endpoint = environment.TEST_AWS_ENDPOINT;
  const moto = await ask(new URL('/moto-api/data.json', endpoint));
  if (moto.status === 200) return `moto (${moto.headers.server ?? 'server not told'})`;
  return moto.headers['x-amzn-requestid'] ? 'AWS Secrets Manager' : 'a server for AWS Secrets Manager that does not say what it is';
};
