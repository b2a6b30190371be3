import * as z from 'zod/mini';
import { envelope, type FakeAnswer, missing } from './fake-answer.ts';

/** A mount's own part of the server. Paths are what follows the mount, decoded. */
export interface FakeMount {
  serve(method: string, path: string, body: unknown): FakeAnswer;
  /** Whether a write to this path is an update. */
  exists(path: string): boolean;
}

/** KV version 1: a record is what was written, and nothing more. */
export const fakeKeyValueV1 = (): FakeMount => {
  const records = new Map<string, unknown>();
  const serve: FakeMount['serve'] = (method, path, body) => {
    if (method === 'GET') {
      const data = records.get(path);
      return data === undefined ? missing : { status: 200, body: { ...envelope, data, lease_duration: 2_764_800 } };
    }
    if (method === 'DELETE') records.delete(path);
    else records.set(path, body);
    return { status: 204 };
  };
  return { serve, exists: (path) => records.has(path) };
};

interface FakeVersion {
  data: unknown;
  created_time: string;
  deletion_time: string;
  destroyed: boolean;
}

const writeBody = z.object({
  data: z.record(z.string(), z.unknown()),
  options: z.optional(z.object({ cas: z.optional(z.number()) })),
});

/** KV version 2. `DELETE data/…` only marks the newest version as deleted, `DELETE metadata/…` removes all. */
export const fakeKeyValueV2 = (): FakeMount => {
  const secrets = new Map<string, FakeVersion[]>();

  const data = (method: string, path: string, body: unknown): FakeAnswer => {
    const versions = secrets.get(path) ?? [];
    const newest = versions.at(-1);
    if (method === 'GET') {
      if (!newest) return missing;
      const gone = newest.deletion_time !== '' || newest.destroyed;
      const metadata = { ...timesOf(newest), version: versions.length, custom_metadata: null };
      return { status: gone ? 404 : 200, body: { ...envelope, data: { data: gone ? null : newest.data, metadata } } };
    }
    if (method === 'DELETE') {
      if (newest) newest.deletion_time = nanoseconds();
      return { status: 204 };
    }
    const { success, data: write } = writeBody.safeParse(body);
    if (!success) return { status: 400, body: { errors: ['no data provided'] } };
    if (write.options?.cas !== undefined && write.options.cas !== versions.length) {
      return { status: 400, body: { errors: ['check-and-set parameter did not match the current version'] } };
    }
    const written = { data: write.data, created_time: nanoseconds(), deletion_time: '', destroyed: false };
    secrets.set(path, [...versions, written]);
    const answer = { ...timesOf(written), version: versions.length + 1, custom_metadata: null };
    return { status: 200, body: { ...envelope, data: answer } };
  };

  const names = (folder: string): FakeAnswer => {
    const below = [...secrets.keys()]
      .filter((path) => path.startsWith(folder))
      .map((path) => path.slice(folder.length));
    const keys = new Set(below.map((path) => path.replace(/\/.*/, '/')));
    return keys.size === 0 ? missing : { status: 200, body: { ...envelope, data: { keys: [...keys].toSorted() } } };
  };

  const metadata = (method: string, path: string): FakeAnswer => {
    if (method === 'LIST') return names(path);
    const versions = secrets.get(path);
    if (method === 'DELETE') {
      secrets.delete(path);
      return { status: 204 };
    }
    if (!versions) return missing;
    return {
      status: 200,
      body: {
        ...envelope,
        data: {
          cas_required: false,
          created_time: versions[0]?.created_time,
          current_version: versions.length,
          custom_metadata: null,
          delete_version_after: '0s',
          max_versions: 0,
          oldest_version: 0,
          updated_time: versions.at(-1)?.created_time,
          versions: Object.fromEntries(versions.map((version, index) => [String(index + 1), timesOf(version)])),
        },
      },
    };
  };

  const serve: FakeMount['serve'] = (method, path, body) => {
    const [kind, ...rest] = path.split('/');
    if (kind === 'data') return data(method, rest.join('/'), body);
    if (kind === 'metadata') return metadata(method, rest.join('/'));
    const warnings = ['Invalid path for a versioned K/V secrets engine. See the API docs for the endpoints to use.'];
    return { status: 404, body: { ...envelope, data: null, warnings } };
  };
  return { serve, exists: (path) => secrets.has(path.replace(/^\w+\//, '')) };
};

const timesOf = ({ created_time, deletion_time, destroyed }: FakeVersion) => ({
  created_time,
  deletion_time,
  destroyed,
});

/** The server counts in nanoseconds. */
const nanoseconds = (): string => {
  const fraction = process.hrtime.bigint().toString().slice(-6);
  return new Date().toISOString().replace('Z', `${fraction}Z`);
};
