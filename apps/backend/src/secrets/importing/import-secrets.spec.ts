import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';

let backend: TestBackend;
let algorithmId: string;
let count = 0;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());
beforeEach(async () => {
  count += 1;
  const body = { owner: 'demo', name: `import-${count}` };
  algorithmId = ((await backend.asAdministrator('POST', '/v1/algorithms', body)).json as { id: string }).id;
});

const secretsUrl = () => `/v1/algorithms/${algorithmId}/secrets`;
const importText = (text: string, more: object = { apply: true }) =>
  backend.asAdministrator('POST', `${secretsUrl()}/import`, { text, ...more });
const list = async () => {
  const { json } = await backend.asAdministrator('GET', secretsUrl());
  return (json as { results: { secret_key: string; short_name: string }[] }).results;
};
/** 1 for a new algorithm, and one more for each change. */
const setNumber = async () => (await backend.deps.db.prisma.signedSet.findFirst({ where: { algorithmId } }))?.number;
const audited = async () => {
  await backend.deps.ledger.flush();
  const events = await backend.deps.db.prisma.auditEvent.findMany({
    where: {
      action: { in: ['secret.create', 'secret.update'] },
      details: { path: ['algorithmId'], equals: algorithmId },
    },
    orderBy: { sequence: 'asc' },
  });
  return events.map(({ action, subjectName }) => [action, subjectName]);
};

const environment = `# of the database
export MYSQL_PASSWORD="correct horse"
API_KEY='$NOT_INTERPOLATED' # a comment
PEM="line one\\nline two
line three"
`;

describe('an import', () => {
  it('shows what it would do, and then does it: one set for all, and one event for each', async () => {
    const planned = await importText(environment, { apply: false });
    const expected = ['MYSQL_PASSWORD', 'API_KEY', 'PEM'].map((secret_key) => ({
      ...{ secret_key, action: 'create', reason: null },
    }));
    expect(planned).toMatchObject({ status: 200, json: { results: expected } });
    expect([await list(), await setNumber()]).toEqual([[], 1]);
    expect((await importText(environment)).json).toEqual({ results: expected });
    expect((await list()).map(({ secret_key, short_name }) => [secret_key, short_name])).toEqual([
      ['API_KEY', 'API key'],
      ['MYSQL_PASSWORD', 'MySQL password'],
      ['PEM', 'PEM'],
    ]);
    expect(await setNumber()).toBe(2);
    expect(await audited()).toEqual(expected.map(({ secret_key }) => ['secret.create', secret_key]));
  });

  it('replaces what is there, and keeps its name', async () => {
    const body = { short_name: 'My own name', owner_type: 'algorithm', owner_id: algorithmId, secret_key: 'API_KEY' };
    await backend.asAdministrator('POST', secretsUrl(), { ...body, secret_value: 'before' });
    const { json } = await importText('API_KEY=after\nNEW=x');
    expect(json).toMatchObject({ results: [{ action: 'update' }, { action: 'create' }] });
    expect((await list()).map(({ short_name }) => short_name)).toEqual(['My own name', 'New']);
    expect(await setNumber()).toBe(3);
  });

  it.each([
    ['an empty value', 'BAD=', 'The value is empty.'],
    ['a reserved name', 'PATH=/bin', 'is reserved'],
    ['a name that is none', 'a.b=x', 'Use only letters'],
    ['a value that is too long', `BAD=${'x'.repeat(65_537)}`, 'The value must have'],
  ])('does nothing at all where it has %s', async (_, line, reason) => {
    const { status, json } = await importText(`GOOD=x\n${line}`);
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { results: [{ action: 'create' }, { action: 'refuse', reason: expect.stringContaining(reason) }] },
    });
    expect([await list(), await setNumber()]).toEqual([[], 1]);
  });

  it('never says a value, also not of what it refuses', async () => {
    const answer = await importText('PATH=hunter2-refused\nOTHER=hunter2-planned');
    expect(JSON.stringify(answer.json)).not.toContain('hunter2');
  });

  it('is refused without variables, with too many, and for a provider that is not there', async () => {
    expect(await importText('# nothing')).toMatchObject({ status: 400, code: 8001 });
    const many = Array.from({ length: 501 }, (_, index) => `V${index}=x`).join('\n');
    expect(await importText(many)).toMatchObject({ status: 400, code: 8001 });
    const nowhere = '0192f0c1-0000-7000-8000-000000000042';
    expect(await importText('A=x', { apply: true, provider_id: nowhere })).toMatchObject({ code: 8006 });
  });

  it('of 500 variables is one transaction', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `V${index}=value-${index}`).join('\n');
    expect((await importText(many)).status).toBe(200);
    expect(await list()).toHaveLength(500);
    expect(await setNumber()).toBe(2);
  });

  it('is for those who may write the algorithm', async () => {
    const { status } = await backend.request({
      ...{ method: 'POST', url: `${secretsUrl()}/import`, body: { text: 'A=x', apply: false } },
    });
    expect(status).toBe(401);
  });

  it('refuses a name that is in the text twice, but not one inside a value of several lines', async () => {
    const text = 'TWICE=first\nNOTES="first\nTWICE=no\nONCE=no"\nONCE=yes\nexport TWICE=second\n';
    expect((await importText(text)).json).toMatchObject({
      results: [
        { secret_key: 'TWICE', action: 'refuse', reason: expect.stringContaining('more than once') as string },
        { secret_key: 'NOTES', action: 'create' },
        { secret_key: 'ONCE', action: 'create' },
      ],
    });
    expect(await list()).toEqual([]);
  });

  it('says which lines the parser passes over, by their numbers, and never what is in them', async () => {
    const text = '# a comment\n\nGOOD=x\nhunter2\n  # another\nKEY="of\r\nseveral\rlines"\nOPEN="hunter2\nhunter2\n';
    const { json } = await importText(text, { apply: false });
    expect(json).toMatchObject({
      results: [{ secret_key: 'GOOD' }, { secret_key: 'KEY' }, { secret_key: 'OPEN' }],
      unread_lines: [4, 10],
    });
    expect(JSON.stringify(json)).not.toContain('hunter2');
  });
});
