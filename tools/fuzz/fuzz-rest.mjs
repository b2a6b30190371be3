import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

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
export const fuzzRest = async ({ origin, key, ids, module, folder, virtual, name }) => {
  const report = path.join(folder, `${name}.ndjson`);
  const given = [
    ...['run', `${origin}/openapi.json`, '-H', `Authorization: Simple ${key}`, '--no-color'],
    ...['--checks', 'not_a_server_error,status_code_conformance', '--warnings', 'off'],
    // with more workers than one, Python 3.11 fails at times: https://github.com/python/cpython/issues/106905
    ...['--phases', 'examples,coverage,fuzzing', '--continue-on-failure', '--workers', '1'],
    ...['--max-examples', process.env.FUZZ_EXAMPLES ?? '20', '--report', 'ndjson', '--report-ndjson-path', report],
  ];
  const child = spawn(path.join(virtual, 'bin/schemathesis'), given, {
    // where it leaves its own notes
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, FUZZ_MODULE: module, FUZZ_IDS: JSON.stringify(ids) },
      ...{ SCHEMATHESIS_HOOKS: path.join(import.meta.dirname, 'real_ids.py'), PYTHONDONTWRITEBYTECODE: '1' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  // what it found, such as a status that is not described, in its own words
  const result = { tried: 0, statuses: {}, failures: [], forms: [], others: exitCode === 0 ? [] : [output] };
  for await (const line of createInterface({ input: createReadStream(report) })) {
    for (const answer of answersIn(JSON.parse(line))) {
      const { status_code: status } = answer;
      result.tried += 1;
      result.statuses[status] = (result.statuses[status] ?? 0) + 1;
      const what = `${status} ${textOf(answer).slice(0, 200)}`;
      if (status >= 500) result.failures.push(what);
      if (status >= 400 && !isOurs(textOf(answer))) result.forms.push(what);
    }
  }
  return result;
};
