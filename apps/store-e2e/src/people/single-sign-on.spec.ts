import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expectAccessibleInBothWidths } from '../stage/accessibility.ts';
import { type IdentityProvider, startIdentityProvider } from '../stage/identity-provider.ts';
import { call } from '../stage/store.ts';
import { expect, signIn, signInByForm, test } from '../stage/test.ts';

// a test worker that restarts after a failure sets everything up again
const run = randomUUID().slice(0, 8);
const name = `sso-${run}`;
const displayName = `Company ${run}`;
const domain = `${name}.example.com`;
const maria = `maria-${run}`;
const taken = { username: `otto-${run}`, password: `otto-${run}-password` };
const lena = { username: `lena-${run}`, password: `lena-${run}-password` };

let provider: IdentityProvider;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  provider = await startIdentityProvider((login) => ({
    username: `${login}@${domain}`,
    groups: ['operators', 'unmapped'],
  }));
});
test.afterAll(() => provider.stop());

/** Through the pages of the identity provider: who it is, and that this store may know it. */
const passThrough = async (page: Page, login: string) => {
  await page.waitForURL(`${provider.issuer}/interaction/**`);
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
};

const startWith = async (page: Page) => {
  await page.goto('/sign-in?next=%2Faccount');
  await page.getByRole('link', { name: `Continue with ${displayName}` }).click();
};

test('an administrator connects an identity provider, tests it, binds a domain and gives a group a role', async ({
  page,
}) => {
  await signIn(page, '/admin/sign-in');
  await page.getByRole('button', { name: 'New connection' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Display name').fill(displayName);
  await dialog.getByLabel('Short name').fill(name);
  await dialog.getByLabel('Issuer').fill(provider.issuer);
  await dialog.getByLabel('Client ID').fill(provider.clientId);
  await dialog.getByLabel('Client secret').fill(provider.clientSecret);
  await dialog.getByRole('button', { name: 'Scopes and claims' }).click();
  await dialog.getByLabel('Scopes').fill('openid profile groups');
  await dialog.getByLabel('Domains').fill(domain);
  await dialog.getByRole('button', { name: 'Create connection' }).click();
  await page.waitForURL(`**/admin/sign-in/${name}`);
  const address = page.getByRole('group', { name: 'Redirect address' });
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('The connection doesn’t work yet.')).toBeVisible();
  provider.allow(((await address.textContent()) ?? '').trim());
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('The connection works.')).toBeVisible();
  await page.getByRole('button', { name: 'Add group' }).click();
  await dialog.getByRole('textbox', { name: 'Group' }).fill('operators');
  await dialog.getByLabel('Gives').selectOption('auditor');
  await dialog.getByRole('button', { name: 'Give role' }).click();
  await expect(page.getByRole('row', { name: 'operators' })).toContainText('Auditor of the store');
});

test('a person of the domain signs in there, has the role of the group here, and signs out', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('/sign-in?next=%2Faccount');
  await page.getByLabel('Username').fill(`${maria}@${domain}`);
  await page.keyboard.press('Enter');
  await passThrough(page, maria);
  await page.waitForURL('**/account');
  await expect(page.getByRole('link', { name: 'Audit', exact: true })).toBeVisible();
  const me: unknown = await (await page.request.get('/v1/me')).json();
  expect(me).toMatchObject({ username: maria, role: 'auditor' });
  const linked = page.getByRole('table', { name: 'Linked accounts' });
  await expect(linked.getByRole('row', { name: displayName })).toContainText(`${maria}@${domain}`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
  expect((await page.request.get('/v1/me')).status()).toBe(401);
  await context.close();
});

test('a person whose name is taken waits, and has an account when an administrator accepts them', async ({
  page,
  browser,
}) => {
  await call('POST', '/v1/admin/users', { ...taken, role: 'user' });
  const context = await browser.newContext();
  const own = await context.newPage();
  await startWith(own);
  await passThrough(own, taken.username);
  await expect(own.getByRole('alert').filter({ hasText: 'waits for an administrator' })).toBeVisible();
  expect((await own.request.get('/v1/me')).status()).toBe(401);

  await signIn(page, '/admin/sign-in');
  const row = page.getByRole('row', { name: `${taken.username}@${domain}` });
  await expect(row).toContainText('A user or an organization has this name.');
  await row.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('dialog').getByLabel('Username').fill(`second-${taken.username}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Create account' }).click();
  await expect(row).toHaveCount(0);

  // the identity provider remembers the person
  await startWith(own);
  await own.waitForURL('**/account');
  const me: unknown = await (await own.request.get('/v1/me')).json();
  expect(me).toMatchObject({ username: `second-${taken.username}`, role: 'auditor' });
  await context.close();
});

test('a person links the account that they have there, and signs in with it', async ({ browser }) => {
  await call('POST', '/v1/admin/users', { ...lena, role: 'user' });
  const context = await browser.newContext();
  const page = await context.newPage();
  await signInByForm(page, '/account', lena);
  await page.getByRole('button', { name: 'Link account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Identity provider').selectOption({ label: displayName });
  await dialog.getByLabel('Your password').fill(lena.password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await passThrough(page, `l-${run}`);
  await page.waitForURL('**/account');
  const linked = page.getByRole('table', { name: 'Linked accounts' });
  await expect(linked.getByRole('row', { name: displayName })).toContainText(`l-${run}@${domain}`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
  await startWith(page);
  await page.waitForURL('**/account');
  expect(await (await page.request.get('/v1/me')).json()).toMatchObject({ username: lena.username });
  await context.close();
});

test('while the identity provider is down, the sign-in page says so, and a password signs in', async ({
  page,
  browser,
}) => {
  provider.stop();
  await signInByForm(page, `/admin/sign-in/${name}`);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('The connection doesn’t work yet.')).toBeVisible();
  // the store has kept what the provider said of itself with other settings
  await page.getByLabel('Client secret').fill('another-secret-of-the-client');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Connection changed')).toBeVisible();

  const context = await browser.newContext();
  const own = await context.newPage();
  await startWith(own);
  await expect(own.getByRole('alert').filter({ hasText: 'The identity provider can’t be reached' })).toBeVisible();
  await expectAccessibleInBothWidths(own, 'the sign-in page while the identity provider is down');
  await signInByForm(own, '/account', lena);
  await expect(own.getByText('This session')).toBeVisible();
  await context.close();
});
