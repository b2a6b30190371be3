import { VaultProblemError } from '@secret-store/provider-sdk';
import * as z from 'zod/mini';
import type { Deadline } from '@secret-store/provider-sdk/http';
import { parseAnswer } from '../http/parse-answer.ts';
import type { VaultClient } from '../http/vault-client.ts';
import type { KeyValueEngine } from './key-value-engine.ts';
import { KeyValueV1 } from './key-value-v1.ts';
import { KeyValueV2 } from './key-value-v2.ts';

export interface DetectedMount {
  readonly engine: KeyValueEngine;
  /** The part of the configured path below the mount. */
  readonly folder: readonly string[];
}

const mountAnswer = z.object({
  data: z.object({
    path: z.string(),
    type: z.string(),
    options: z.nullish(z.object({ version: z.optional(z.string()) })),
  }),
});

/**
 * Asks the server which mount a path belongs to, and its version. Guessing with a read would mistake a wrong version
 * for a missing secret. The server answers 403 both to a token without rights there and to a path in no mount.
 */
export const detectMount = async (
  client: VaultClient,
  path: readonly string[],
  deadline: Deadline,
): Promise<DetectedMount> => {
  const body = await client.read(['sys', 'internal', 'ui', 'mounts', ...path], deadline);
  if (body === null) throw new VaultProblemError('wrong-engine');
  const { data } = parseAnswer(mountAnswer, body);
  const mount = data.path.split('/').filter((segment) => segment !== '');
  if (mount.length === 0 || mount.some((segment, index) => segment !== path[index]))
    throw new VaultProblemError('unexpected-answer');
  const folder = path.slice(mount.length);
  const version = data.type === 'kv' || data.type === 'generic' ? (data.options?.version ?? '1') : undefined;
  if (version === '1') return { engine: new KeyValueV1(client, mount), folder };
  if (version === '2') return { engine: new KeyValueV2(client, mount), folder };
  throw new VaultProblemError('wrong-engine');
};
