import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expectAccessibleInBothWidths } from '../stage/accessibility.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);

test('an administrator forwards the audit, sees why a sink fails, and what waits for it', async ({ page }) => {
  const arrived: string[] = [];
  const collector = createServer((request, response) => {
    void text(request).then((body) => {
      arrived.push(body);
      response.end();
    });
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  const address = collector.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await signIn(page, '/admin/audit');
  await page.getByRole('link', { name: 'Forward it' }).click();
  await expect(page.getByText('No sinks yet')).toBeVisible();

  await page.getByRole('button', { name: 'New sink' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill('https://logs.example.com');
  await dialog.getByRole('button', { name: 'Create sink' }).click();
  await expect(dialog.getByText('Must be an address such as tls://logs.example.com:6514')).toBeVisible();
  await dialog.getByLabel('Address').fill('tls://127.0.0.1:1');
  await dialog.getByLabel('Private key of the client certificate').fill(`typed-${run}`);
  await dialog.getByRole('button', { name: 'Create sink' }).click();
  await expect(dialog.getByText('Give both the client certificate and its private key, or neither.')).toBeVisible();
  await expectAccessibleInBothWidths(page, 'new sink');
  await dialog.getByLabel('Private key of the client certificate').fill('');
  await dialog.getByRole('button', { name: 'Create sink' }).click();
  await expect(dialog).toBeHidden();
  const syslog = page.getByRole('row').filter({ hasText: 'tls://127.0.0.1:1' });
  await expect(syslog).toContainText('The connection was refused.');

  await page.getByRole('button', { name: 'New sink' }).click();
  await dialog.getByText('JSON lines over HTTPS').click();
  await dialog.getByLabel('Address').fill(`http://127.0.0.1:${port}/audit`);
  await dialog.getByRole('button', { name: 'Create sink' }).click();
  const key = (await dialog.getByRole('group', { name: 'the key of the sink' }).textContent()) ?? '';
  expect(key).toMatch(/^whsec_/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await call('POST', '/v1/algorithms', { owner: 'maria', name: `forwarded-${run}` });
  await expect.poll(() => arrived.join('')).toContain(`forwarded-${run}`);
  await expect(page.getByRole('row').filter({ hasText: `:${port}/audit` })).toContainText('Working');
  expect((await page.content()).includes(key), 'the key is in the page').toBe(false);
  await expectAccessibleInBothWidths(page, 'sinks');

  for (const row of [syslog, page.getByRole('row').filter({ hasText: `:${port}/audit` })]) {
    await row.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete sink' }).click();
    await expect(row).toHaveCount(0);
  }
  collector.close();
});
