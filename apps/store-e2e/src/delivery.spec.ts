import { randomUUID } from 'node:crypto';
import { expectAccessibleInBothWidths, wide } from './stage/accessibility.ts';
import { answerInPlace } from './stage/answer-in-place.ts';
import { call, create, providerNamed } from './stage/store.ts';
import { expect, signIn, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `delivery-${run}`;
const variable = `OF_${run.toUpperCase()}`;
const settings = `/algorithms/demo/${name}/settings`;

let algorithmId: string;
let secretId: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  algorithmId = await create('/v1/algorithms', { owner: 'demo', name });
  secretId = await create(`/v1/algorithms/${algorithmId}/secrets`, {
    ...{ short_name: 'A secret', description: '', owner_type: 'algorithm', owner_id: algorithmId },
    ...{ secret_key: variable, secret_value: 'of no interest' },
  });
});

test('a new value is seen to arrive on the worker, without loading the page again', async ({ page }) => {
  await signIn(page, settings);
  const row = page.getByRole('table', { name: 'Secrets' }).getByRole('row').filter({ hasText: variable });
  await expect(row).toContainText('Ready on 1 worker');
  await row.getByRole('button', { name: 'Show workers' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Version 1, saved');
  await expect(dialog.getByRole('table', { name: 'Workers' })).toContainText('Ready');
  await call('PUT', `/v1/algorithms/${algorithmId}/secrets/${secretId}`, {
    ...{ short_name: 'A secret', description: '', secret_value: 'of no interest either' },
  });
  await expect(dialog).toContainText('Version 2, saved');
  await expect(dialog.getByRole('table', { name: 'Workers' })).toContainText('Ready');
  await expect(dialog.getByRole('table', { name: 'Workers' })).toContainText(/\d (ms|s)/);
  await expectAccessibleInBothWidths(page, 'the delivery of a secret');
});

test('the worker says what it holds, and the provider where it is used', async ({ page }) => {
  await signIn(page, '/admin/workers');
  await page.getByRole('table', { name: 'Workers' }).getByRole('link').first().click();
  await page.waitForURL('/admin/workers/*');
  const held = page.getByRole('table', { name: 'What it holds' }).getByRole('row').filter({ hasText: name });
  await expect(held).toContainText('Ready');
  await expect(held).toContainText('Nothing');
  const provider = await providerNamed('Internal Secret Provider');
  await page.goto(`/admin/secret-store/${provider?.id ?? ''}`);
  const used = page.getByRole('table', { name: 'Where it is used' }).getByRole('row').filter({ hasText: name });
  await expect(used).toContainText(variable);
  await expect(used.getByRole('link')).toHaveAttribute('href', settings);
  await page.setViewportSize(wide);
  await expectAccessibleInBothWidths(page, 'where a provider is used');
});

test('how long values of the internal provider serve in an outage is for an administrator to say', async ({ page }) => {
  await signIn(page, '/admin/secret-store');
  const row = page.getByRole('table', { name: 'Secret providers' }).getByRole('row').filter({ hasText: 'Built in' });
  await expect(row).toContainText('Ready');
  await expect(row.getByRole('button', { name: 'Remove' })).toHaveCount(0);
  await row.getByRole('button', { name: 'Update' }).click();
  const limit = page.getByLabel('Limit for outages');
  await expect(limit).toHaveValue('86400');
  await expectAccessibleInBothWidths(page, 'the page of the internal provider');
  await page.setViewportSize(wide);
  await limit.fill('');
  await page.getByRole('button', { name: 'Update secret provider' }).click();
  await expect(page.getByText('Enter a number of seconds')).toBeVisible();
  for (const seconds of ['3600', '86400']) {
    await limit.fill(seconds);
    await page.getByRole('button', { name: 'Update secret provider' }).click();
    await page.waitForURL('/admin/secret-store');
    expect((await providerNamed('Internal Secret Provider'))?.staleSeconds).toBe(Number(seconds));
    await row.getByRole('button', { name: 'Update' }).click();
  }
});

test('every state of a delivery meets WCAG 2.2 AA and fits a narrow screen', async ({ page }) => {
  const started = '2026-11-27T03:00:00.000Z';
  const [one, other, third, fourth] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const answer = { version: 4, milliseconds: null, reason: null };
  await signIn(page, settings);
  const row = page.getByRole('table', { name: 'Secrets' }).getByRole('row').filter({ hasText: variable });
  await expect(row).toContainText('Ready on 1 worker');
  await answerInPlace(page, {
    'secrets.deliveries': {
      secrets: { [secretId]: { version: 4, ready: 1, behind: 1, failed: 1, offline: 1 } },
      commands: [{ id: 'p', workerId: one, worker: 'first', kind: 'exec', started, outdated: [variable] }],
    },
    'secrets.delivery': {
      ...{ version: 4, committed: started },
      workers: [
        { ...answer, workerId: one, name: 'first', pool: 'default', state: 'ready', milliseconds: 42 },
        { ...answer, workerId: other, name: 'second', pool: 'default', state: 'behind', version: 3 },
        {
          ...answer,
          workerId: third,
          name: 'third',
          pool: 'gpu',
          state: 'failed',
          version: null,
          reason: 'It is sealed.',
        },
        { ...answer, workerId: fourth, name: 'fourth', pool: 'gpu', state: 'offline', version: null },
      ],
      processes: [{ workerId: one, kind: 'exec', version: 3, started }],
    },
  });
  await expect(row).toContainText('Behind on 1 worker');
  await expect(page.getByRole('table', { name: 'Running commands' })).toContainText('Older');
  await row.getByRole('button', { name: 'Show workers' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('42 ms');
  await expect(dialog).toContainText('It is sealed.');
  await expect(dialog).toContainText('Restart the command');
  await expectAccessibleInBothWidths(page, 'every state of a delivery');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});
