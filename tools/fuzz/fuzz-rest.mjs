import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Whether an error has the body of the contract. */
const isOurs = (text) => {
  try {
    const { error } = JSON.parse(text);
    return typeof error.id === 'string' && Number.isInteger(error.code) && typeof error.message === 'string';
  } catch {
    return false;
  }
};

/** The answers in a report of newline-delimited JSON, wherever they stand in it. */
const answersIn = function* (value) {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.status_code === 'number') yield value;
  else for (const part of Object.values(value)) yield* answersIn(part);
};

const textOf = ({ content }) => {
  return Buffer.from(content?.$base64 ?? '', 'base64').toString();
};

/** Everything that /openapi.json describes, by schemathesis. */
export const fuzzRest = async ({ origin, key, folder, virtual, name }) => {
  const report = path.join(folder, `${name}.ndjson`);
  const given = [
    ...['run', `${origin}/openapi.json`, '-H', `Authorization: Simple ${key}`, '--checks', 'not_a_server_error'],
    ...['--phases', 'examples,coverage,fuzzing', '--continue-on-failure', '--workers', '2', '--no-color'],
    ...['--max-examples', process.env.FUZZ_EXAMPLES ?? '100', '--report', 'ndjson', '--report-ndjson-path', report],
    // its own key and its own account stay
    ...['--exclude-path-regex', '^/v1/me/password|sessions|/v1/admin/users/\\{username\\}$|keys/\\{keyId\\}$'],
  ];
  const child = spawn(path.join(virtual, 'bin/schemathesis'), given, {
    // where it leaves its own notes
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'exit');
  const result = { tried: 0, failures: [], forms: [] };
  for await (const line of createInterface({ input: createReadStream(report) })) {
    for (const answer of answersIn(JSON.parse(line))) {
      const { status_code: status } = answer;
      result.tried += 1;
      const what = `${status} ${textOf(answer).slice(0, 200)}`;
      if (status >= 500) result.failures.push(what);
      if (status >= 400 && !isOurs(textOf(answer))) result.forms.push(what);
    }
  }
  return result;
};
