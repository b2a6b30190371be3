import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { openHttpClient, type HttpAnswer, type HttpClient } from './http-client.ts';

const Identified = z.object({ id: z.string() });
const Secrets = z.object({ results: z.array(z.object({ id: z.string(), secret_key: z.string() })) });

export const owner = 'bench';
const valueBytes = 100;
/** of the store, for one import */
const importedVariablesMaximum = 500;

export interface BenchAlgorithm {
  readonly id: string;
  readonly name: string;
}

/** What clients ask of a store over REST. Answers are given as they are, except where a method says that it throws. */
export interface StoreClient extends HttpClient {
  /** throws unless it worked */
  readonly createAlgorithm: () => Promise<BenchAlgorithm>;
  readonly createSecret: (algorithmId: string, variable: string) => Promise<HttpAnswer>;
  readonly updateSecret: (algorithmId: string, secretId: string, variable: string) => Promise<HttpAnswer>;
  readonly deleteSecret: (algorithmId: string, secretId: string) => Promise<HttpAnswer>;
  /** Creates so many secrets, `V1` and so on, by imports, and answers their ids in order. Throws unless it worked. */
  readonly fill: (algorithmId: string, count: number) => Promise<readonly string[]>;
}

/** A new value of 100 bytes. */
export const newValue = (): string => randomBytes(valueBytes / 2).toString('hex');

export const idIn = (answer: HttpAnswer): string => Identified.parse(JSON.parse(expectDone(answer).body)).id;

/** Throws what the store answered, unless it is success. */
export const expectDone = (answer: HttpAnswer): HttpAnswer => {
  if (answer.status !== 200 && answer.status !== 204) throw new Error(`${answer.status}: ${answer.body}`);
  return answer;
};

export const openStoreClient = (origin: string, headers: Readonly<Record<string, string>>): StoreClient => {
  const http = openHttpClient(origin, headers);
  let algorithms = 0;
  const secretsOf = (algorithmId: string) => `/v1/algorithms/${algorithmId}/secrets`;
  const createSecret: StoreClient['createSecret'] = (algorithmId, variable) =>
    http.call('POST', secretsOf(algorithmId), {
      short_name: variable,
      description: '',
      owner_type: 'algorithm',
      owner_id: algorithmId,
      secret_key: variable,
      secret_value: newValue(),
    });
  return {
    ...http,
    createAlgorithm: async () => {
      algorithms += 1;
      const name = `algorithm-${algorithms}`;
      return { id: idIn(await http.call('POST', '/v1/algorithms', { owner, name })), name };
    },
    createSecret,
    updateSecret: (algorithmId, secretId, variable) =>
      http.call('PUT', `${secretsOf(algorithmId)}/${secretId}`, {
        short_name: variable,
        description: '',
        secret_value: newValue(),
      }),
    deleteSecret: (algorithmId, secretId) => http.call('DELETE', `${secretsOf(algorithmId)}/${secretId}`),
    fill: async (algorithmId, count) => {
      const variables = Array.from({ length: count }, (_, index) => `V${index + 1}`);
      for (let from = 0; from < count; from += importedVariablesMaximum) {
        const lines = variables.slice(from, from + importedVariablesMaximum).map((name) => `${name}=${newValue()}`);
        expectDone(
          await http.call('POST', `${secretsOf(algorithmId)}/import`, { text: lines.join('\n'), apply: true }),
        );
      }
      const { results } = Secrets.parse(JSON.parse(expectDone(await http.call('GET', secretsOf(algorithmId))).body));
      const ids = new Map(results.map(({ id, secret_key }) => [secret_key, id]));
      return variables.map((name) => ids.get(name) ?? '');
    },
  };
};
