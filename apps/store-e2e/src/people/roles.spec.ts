import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expectAccessibleInBothWidths } from '../stage/accessibility.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const vera = { username: `vera-${run}`, password: `vera-${run}-password` };

test('a viewer sees the admin panel without what changes something, and not the audit', async ({ page }) => {
  await call('POST', '/v1/admin/users', { ...vera, role: 'viewer' });
  await call('POST', '/v1/algorithms', { owner: 'maria', name: `model-${run}` });
  await signIn(page, '/admin/users', vera);
  await expect(page.getByRole('row').filter({ hasText: vera.username })).toContainText('Viewer');
  await expect(page.getByRole('button', { name: /New user|Disable|More for/ })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Audit' })).toHaveCount(0);
  await page.goto('/admin/webhooks');
  await expect(page.getByText('No webhooks yet')).toBeVisible();
  await expect(page.getByRole('button', { name: 'New webhook' })).toHaveCount(0);
  await page.goto(`/algorithms/maria/model-${run}/settings`);
  await expect(page.getByRole('heading', { name: `maria/model-${run}` })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete algorithm' })).toHaveCount(0);
  await page.goto('/algorithms');
  await expect(page.getByRole('link', { name: `maria/model-${run}` })).toBeVisible();
  await expect(page.getByRole('button', { name: 'New Algorithm' })).toHaveCount(0);
  // nor by a link that an administrator sent
  for (const [path, title] of [
    ['/algorithms/new', 'You can’t create algorithms'],
    ['/admin/secret-store/new', 'Only administrators can open this page'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
    await expect(page.getByRole('textbox')).toHaveCount(0);
  }
});

test('an administrator creates a webhook, whose key is shown once, and sees that it works or fails', async ({
  page,
}) => {
  let answer = 200;
  const receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(answer).end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const address = receiver.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await signIn(page, '/admin/webhooks');
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create webhook' }).click();
  await expect(dialog.getByText('Must not be empty')).toBeVisible();
  await dialog.getByLabel('Address').fill('hooks.example.com');
  await dialog.getByRole('button', { name: 'Create webhook' }).click();
  await expect(dialog.getByText('Must be a whole address')).toBeVisible();
  await dialog.getByLabel('Address').fill(`http://127.0.0.1:${port}/hook`);
  await dialog.getByRole('combobox', { name: 'Events' }).click();
  await page.getByRole('option', { name: 'algorithm.*' }).click();
  await page.keyboard.press('Tab');
  await dialog.getByRole('button', { name: 'Create webhook' }).click();
  const key = (await dialog.getByRole('group', { name: 'the key of the webhook' }).textContent()) ?? '';
  expect(key).toMatch(/^whsec_/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  expect((await page.content()).includes(key), 'the key is in the page').toBe(false);
  const row = page.getByRole('row').filter({ hasText: `:${port}/hook` });
  await call('POST', '/v1/algorithms', { owner: 'maria', name: `hooked-${run}` });
  await expect(row).toContainText('Working');
  answer = 500;
  await call('POST', '/v1/algorithms', { owner: 'maria', name: `missed-${run}` });
  await expect(row).toContainText('It answered 500.');
  await expectAccessibleInBothWidths(page, 'webhooks');
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete webhook' }).click();
  await expect(row).toHaveCount(0);
  receiver.close();
});
