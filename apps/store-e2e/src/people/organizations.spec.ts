import { randomUUID } from 'node:crypto';
import { expectAccessibleInBothWidths, wide } from '../stage/accessibility.ts';
import { call } from '../stage/store.ts';
import { expect, secretValue, signIn, test } from '../stage/test.ts';

const run = randomUUID().slice(0, 8);
const personNamed = (name: string) => ({ username: `${name}-${run}`, password: `${name}-${run}-password` });
const lena = personNamed('lena');
const milo = personNamed('milo');
const crew = `crew-${run}`;
const organization = `/admin/organizations/${crew}`;
const model = `/algorithms/${crew}/model/settings`;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  for (const person of [lena, milo]) await call('POST', '/v1/admin/users', { ...person, role: 'user' });
});

test('an administrator creates an organization and makes a user its admin', async ({ page }) => {
  await signIn(page, '/admin/organizations');
  await page.getByRole('button', { name: 'New organization' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(crew);
  await dialog.getByLabel('Display name').fill('The crew');
  await dialog.getByRole('button', { name: 'Create organization' }).click();
  await page.waitForURL(organization);
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Add member' }).click();
  await dialog.getByLabel('Username').fill(lena.username);
  await dialog.getByLabel('Role', { exact: true }).selectOption('admin');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row').filter({ hasText: lena.username })).toContainText('Admin');
  await expectAccessibleInBothWidths(page, 'an organization');
});

test('its admin adds an executor whose role ends, and creates an algorithm that the organization owns', async ({
  page,
}) => {
  await signIn(page, organization, lena);
  await page.getByRole('button', { name: 'Add member' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Username').fill('nobody-of-this-name');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  await expect(dialog.getByLabel('Username')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Username').fill(milo.username);
  await dialog.getByLabel('Role', { exact: true }).selectOption('executor');
  await dialog.getByLabel('Last day').fill('2099-01-31');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('row').filter({ hasText: milo.username });
  await expect(row).toContainText('Executor');
  await expect(row).toContainText('2099');

  await page.goto('/algorithms/new');
  await page.getByLabel('Owner').selectOption(crew);
  await page.getByLabel('Name', { exact: true }).fill('model');
  await page.getByRole('button', { name: 'Create Algorithm' }).click();
  await page.waitForURL(model);
  await page.getByRole('button', { name: 'New secret' }).click();
  await dialog.getByLabel('Display name').fill('Token of the crew');
  await dialog.getByLabel('Environment variable').fill('CREW_TOKEN');
  await dialog.getByLabel('Value').fill(secretValue(`value-of-${crew}`));
  await dialog.getByRole('button', { name: 'Create Secret' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('table', { name: 'Secrets' })).toContainText('CREW_TOKEN');
});

test('an executor sees the names of its secrets, and is offered nothing that changes them', async ({ page }) => {
  await signIn(page, model, milo);
  await expect(page.getByRole('table', { name: 'Secrets' })).toContainText('CREW_TOKEN');
  const changing = /New secret|Import|Update|Remove|Add collaborator|Delete algorithm/;
  await expect(page.getByRole('button', { name: changing })).toHaveCount(0);
  await page.goto(organization);
  await expect(page.getByRole('row').filter({ hasText: milo.username })).toContainText('Executor');
  await expect(page.getByRole('button', { name: /Add member|Change|Remove|Delete organization/ })).toHaveCount(0);
});

test('a member who is removed sees nothing of it with the next request', async ({ page, browser }) => {
  const other = await browser.newContext();
  const ofMilo = await other.newPage();
  await signIn(ofMilo, model, milo);
  await expect(ofMilo.getByRole('table', { name: 'Secrets' })).toContainText('CREW_TOKEN');
  await signIn(page, organization, lena);
  const row = page.getByRole('row').filter({ hasText: milo.username });
  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove member' }).click();
  await expect(row).toHaveCount(0);
  await ofMilo.reload();
  await expect(ofMilo.getByText('CREW_TOKEN')).toHaveCount(0);
  await ofMilo.goto(organization);
  await expect(ofMilo.getByText(`No access to ${crew}`)).toBeVisible();
  await other.close();
});

test('the deletion names what it deletes, and the algorithms stay for administrators', async ({ page }) => {
  await signIn(page, organization);
  await page.setViewportSize(wide);
  await page.getByRole('button', { name: 'Delete organization' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Its 1 algorithm and their secrets stay');
  await dialog.getByRole('button', { name: `Delete ${crew}` }).click();
  await page.waitForURL('/admin/organizations');
  await expect(page.getByRole('link', { name: crew })).toHaveCount(0);
  await page.goto(model);
  await expect(page.getByRole('table', { name: 'Secrets' })).toContainText('CREW_TOKEN');
});
