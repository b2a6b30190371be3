import { z } from 'zod';
import type { LaunchedStore } from '../launched-store.ts';
import { call } from './call-store.ts';
import { pluginsPath, providersPath } from './fill-providers.ts';
import { people } from './people.ts';
import type { OldStoreRecord } from './record.ts';

type Recorded = OldStoreRecord['answers'][number];

const Failure = z.object({ error: z.object({ code: z.number() }) });
const Identified = z.array(z.object({ id: z.string() }));

/** An answer stays the same when it is worded in another way. */
const withoutMessages = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value: unknown) => (key === 'message' ? undefined : value));

/** An answer as it is to stay: of an error the code alone. */
export const answerTo = async (store: LaunchedStore, { as, path }: Pick<Recorded, 'as' | 'path'>) => {
  const { status, body } = await call(store, people[as], ['GET', path]);
  const failure = Failure.safeParse(body).data;
  return { status, body: failure ? { error: { code: failure.error.code } } : withoutMessages(body) };
};

/** What people see of all that there is, also where they may not. */
export const recordAnswers = async (
  store: LaunchedStore,
  algorithmIds: readonly string[],
): Promise<OldStoreRecord['answers']> => {
  const listed = await call(store, people.administrator, ['GET', providersPath]);
  const providerPaths = Identified.parse(listed.body).flatMap(({ id }) => [
    ...[`${providersPath}/${id}`, `${pluginsPath}/${id}`, `${pluginsPath}/${id}/preparation`],
  ]);
  const paths = [
    ...['/v1/secret-provider', '/v1/algorithms', '/v1/algorithms?owner=ana', providersPath, ...providerPaths],
    ...algorithmIds.flatMap((id) => [`/v1/algorithms/${id}`, `/v1/algorithms/${id}/secrets`]),
  ];
  const answers: Recorded[] = [];
  for (const as of ['administrator', 'user'] as const) {
    for (const path of paths) answers.push({ as, path, ...(await answerTo(store, { as, path })) });
  }
  return answers;
};
