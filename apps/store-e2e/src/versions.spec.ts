import { randomUUID } from 'node:crypto';
import { expectAccessibleInBothWidths } from './stage/accessibility.ts';
import { answerInPlace } from './stage/answer-in-place.ts';
import { call, create, exec } from './stage/store.ts';
import { expect, signIn, test } from './stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `versions-${run}`;
const variable = `OF_${run.toUpperCase()}`;
const settings = `/algorithms/demo/${name}/settings`;
const actor = { type: 'user', id: randomUUID(), name: 'ada' };
const created = '2026-11-27T10:00:00.000Z';

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  const algorithmId = await create('/v1/algorithms', { owner: 'demo', name });
  const about = { short_name: 'A secret', description: '' };
  const secretId = await create(`/v1/algorithms/${algorithmId}/secrets`, {
    ...{ ...about, owner_type: 'algorithm', owner_id: algorithmId, secret_key: variable, secret_value: 'first value' },
  });
  await call('PUT', `/v1/algorithms/${algorithmId}/secrets/${secretId}`, { ...about, secret_value: 'second value' });
});

test('an earlier version is restored with the keyboard alone, and the algorithm has its value again', async ({
  page,
}) => {
  await signIn(page, settings);
  const row = page.getByRole('table', { name: 'Secrets' }).getByRole('row').filter({ hasText: variable });
  await row.getByRole('button', { name: 'Show versions' }).press('Enter');
  const dialog = page.getByRole('dialog');
  const versions = dialog.getByRole('table', { name: 'Versions' });
  await expect(versions.getByRole('row').filter({ hasText: 'Version 2' })).toContainText('Current');
  await expectAccessibleInBothWidths(page, 'the versions of a secret');
  const restore = versions.getByRole('button', { name: 'Restore version 1' });
  await restore.press('Enter');
  await expect(dialog).toContainText('it becomes version 3');
  await expectAccessibleInBothWidths(page, 'the question before a version is restored');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(restore).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Restore version 1' }).press('Enter');
  await expect(page.getByText('Version restored')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  expect(await exec(`demo/${name}`, 'printenv', variable)).toBe('first value\n');
  await row.getByRole('button', { name: 'Show versions' }).click();
  await expect(versions.getByRole('row').filter({ hasText: 'Version 3' })).toContainText('Current');
});

test('what a worker did not restore is said, and nothing else is', async ({ page }) => {
  await signIn(page, settings);
  const message = 'No worker of this algorithm is online.';
  const data = { secretStore: { code: 6003, message, fields: {}, id: '' } };
  await page.route('**/api/trpc/secrets.restore**', (route) =>
    route.fulfill({ json: [{ error: { message, code: -32603, data } }] }),
  );
  await page.getByRole('button', { name: 'Show versions' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Restore version 2' }).click();
  await dialog.getByRole('button', { name: 'Restore version 2' }).click();
  await expect(dialog.getByRole('alert')).toContainText(message);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByRole('row').filter({ hasText: 'Version 3' })).toContainText('Current');
});

test('a provider that keeps none, and a value that is no longer stored, are said', async ({ page }) => {
  await signIn(page, settings);
  const results = [3, 2, 1].map((version) => ({ id: randomUUID(), version, created, actor, isKept: version > 1 }));
  const show = async (keepsVersions: boolean) => {
    await page.unrouteAll();
    await answerInPlace(page, { 'secrets.versions': { current: 3, keepsVersions, results } });
    await page.goto(settings);
    await page.getByRole('button', { name: 'Show versions' }).click();
  };
  const dialog = page.getByRole('dialog');
  await show(true);
  await expect(dialog.getByRole('row').filter({ hasText: 'Version 1' })).toContainText('Value no longer stored');
  await expect(dialog.getByRole('button', { name: /^Restore/ })).toHaveCount(1);
  await show(false);
  await expect(dialog).toContainText('can’t restore versions');
  await expect(dialog.getByRole('button', { name: /^Restore/ })).toHaveCount(0);
});
