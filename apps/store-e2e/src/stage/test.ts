import { test as base, expect, type Page } from '@playwright/test';
import { administrator } from './environment.ts';

/** Values that no page, answer or address may hold: every one that a spec types is added. */
const secretValues: string[] = [];

export const secretValue = (value: string): string => {
  secretValues.push(value);
  return value;
};

const spellings = (value: string) => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString('base64'),
  Buffer.from(value).toString('hex'),
];

const found = (where: string, text: string) =>
  secretValues.filter((value) => spellings(value).some((spelling) => text.includes(spelling))).map(() => where);

/**
 * Refusals, a gateway without a store behind it and a lost connection are what some specs are about; Chromium reports each on its
 * console.
 */
const isExpected = (text: string) =>
  /Failed to load resource: (the server responded with a status of (4\d\d|502)|net::ERR_INTERNET_DISCONNECTED)/.test(
    text,
  );

/** Watches every page of every spec: no console error, and no value in what the store sends or in an address. */
export const test = base.extend<{ watched: undefined }>({
  watched: [
    async ({ context }, use) => {
      const errors: string[] = [];
      const leaks: string[] = [];
      const pending: Promise<unknown>[] = [];
      context.on('weberror', (error) => errors.push(error.error().message));
      context.on('console', (message) => {
        if (message.type() === 'error' && !isExpected(message.text())) errors.push(message.text());
      });
      context.on('response', (response) => {
        const address = response.url();
        leaks.push(...found(`address ${new URL(address).pathname}`, address));
        leaks.push(...found(`headers of ${new URL(address).pathname}`, JSON.stringify(response.headers())));
        // a redirect and a page that was left have no body to read
        const read = response.text().then(
          (body) => leaks.push(...found(`answer of ${new URL(address).pathname}`, body)),
          () => undefined,
        );
        pending.push(read);
      });
      await use(undefined);
      await Promise.all(pending);
      expect(leaks, 'places that hold a secret value').toEqual([]);
      expect(errors, 'errors on the console').toEqual([]);
    },
    { auto: true },
  ],
});

/** What the page holds at this moment, apart from the fields in which somebody is typing. */
export const expectNoValueIn = async (page: Page) => {
  expect(found('page', await page.content()), 'secret values in the page').toEqual([]);
};

interface Account {
  readonly username: string;
  readonly password: string;
}

/** Opens a page with a session of its own, which is made without the form. */
export const signIn = async (page: Page, next = '/algorithms', { username, password }: Account = administrator) => {
  const answer = await page.request.post('/api/trpc/session.signIn', { data: { username, password } });
  expect(answer.status(), `the sign-in of ${username}`).toBe(200);
  await page.goto(next);
};

/** As people do it. */
export const signInByForm = async (page: Page, next = '/algorithms', account: Account = administrator) => {
  await page.goto(next);
  await page.getByLabel('Username').fill(account.username);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign In' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
};

export { expect };
