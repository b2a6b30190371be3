/** The procedures that the panel calls, read from the sources that define them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../workspace/workspace.mjs';

const folder = path.join(root, 'apps/backend/src/http/trpc');

const procedures = () => {
  const routers = readFileSync(path.join(folder, 'app-router.ts'), 'utf8');
  const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]));
  return [...routers.matchAll(/^ {2}(\w+): (\w+),$/gm)].flatMap(([, name, variable]) => {
    const [, file] = new RegExp(`import \\{ ${variable} \\} from './(.*)'`).exec(routers) ?? [];
    const text = files.get(file) ?? '';
    const procedure = /^ {2}(\w+): (?:\w+Procedure|procedureWith)/gm;
    return [...text.matchAll(procedure)].map(([, called]) => `${name}.${called}`);
  });
};

const deep = (levels) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const fields = [
  ...['algorithmId', 'secretId', 'providerId', 'owner', 'name', 'username', 'password', 'role', 'key', 'keyId'],
  ...['sessionId', 'marker', 'limit', 'search', 'short_name', 'description', 'owner_type', 'owner_id', 'secret_key'],
  ...['secret_value', 'configuration', 'request', 'current', 'isEnabled', 'expires', '__proto__', 'constructor'],
];
const values = [
  ...['""', '"x"', '"\\u0000"', '"\\ud800"', '"%00"', '"00000000-0000-7000-8000-000000000001"', '"DEMO"', '"../x"'],
  ...['0', '-1', '1e400', '9007199254740993', 'null', 'true', '[]', '{}', '[null]', '{"":""}', deep(2000)],
  ...['"2026-02-31T00:00:00Z"', '"9999-12-31T23:59:59+99:99"', `"${'x'.repeat(5000)}"`, '"\\u202e"', '"😀"'],
];

const firstOf = (ids) => Object.fromEntries(Object.entries(ids).map(([name, [id]]) => [name, id]));

/** What is no input at all, each value alone, and fields together, also with ids that exist. */
const inputs = function* (random, ids) {
  yield* ['', '{', 'null', '[]', '7', '"x"', deep(100_000), '{"a":1}{', '\u0000', '{"json":{}}'];
  const any = (list) => list[Math.floor(random() * list.length)];
  for (const value of values) yield `{"${any(fields)}":${value}}`;
  for (let count = 0; count < 30; count += 1) {
    const pairs = Array.from({ length: 6 }, () => `"${any(fields)}":${any(values)}`);
    yield `{${pairs.join()},"request":{${pairs.join()}}}`;
    const real = Object.entries(ids.lasting).map(([name, known]) => `"${name}":"${any(known)}"`);
    yield `{${pairs.join()},${real.join()},"request":{${pairs.join()}}}`;
  }
  for (const [name, known] of Object.entries(ids.ending)) {
    for (const id of known.slice(0, 3)) yield JSON.stringify({ ...firstOf(ids.lasting), [name]: id });
  }
};

/** The same inputs in each run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
const sequence = () => {
  let state = 7;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
};

/** tRPC's form; where the headers are too large nobody knows what was asked, and the form is that of REST. */
const isOurs = (text, status) => {
  try {
    return [JSON.parse(text)]
      .flat()
      .every(({ error }) => Number.isInteger((status === 431 ? error : error.data.secretStore).code));
  } catch {
    return false;
  }
};

const atOnce = 8;

export const fuzzProcedures = async ({ origin, key, ids }) => {
  const result = { tried: 0, statuses: {}, failures: [], forms: [], others: [] };
  const headers = { authorization: `Simple ${key}`, 'content-type': 'application/json' };
  const send = async (procedure, input, method) => {
    const query = method === 'GET' ? `?input=${encodeURIComponent(input.slice(0, 8000))}` : '';
    const body = method === 'POST' ? input : undefined;
    const answer = await fetch(`${origin}/api/trpc/${procedure}${query}`, { method, headers, body });
    const text = await answer.text();
    result.tried += 1;
    result.statuses[answer.status] = (result.statuses[answer.status] ?? 0) + 1;
    const what = `${answer.status} ${method} ${procedure} ${input.slice(0, 100)}`;
    if (answer.status >= 500) result.failures.push(what);
    if (answer.status >= 400 && !isOurs(text, answer.status)) result.forms.push(what);
  };
  for (const procedure of procedures()) {
    const calls = [...inputs(sequence(), ids)].flatMap((input) => ['GET', 'POST'].map((method) => [input, method]));
    for (let first = 0; first < calls.length; first += atOnce) {
      await Promise.all(calls.slice(first, first + atOnce).map(([input, method]) => send(procedure, input, method)));
    }
  }
  return result;
};
